/* 助餐: what its files share. */
#ifndef ELDERLY_MEALS_H
#define ELDERLY_MEALS_H

#include "elderly.h"

extern const struct wl_record meal_subscription, meal_order, meal_route, weather_alert,
    meal_settlement, meal_gap;

#endif

/* 助餐: what its files share. */
#ifndef ELDERLY_MEALS_H
#define ELDERLY_MEALS_H

#include "elderly.h"

extern const struct wl_record meal_subscription, meal_order, meal_route, weather_alert,
    meal_settlement, meal_gap;

/* States of an order that has not gone out. */
#define ORDERED "'planned', 'confirmed'"
#define IN_HOUSE ORDERED ", 'cooking'"
/* But for an order that somebody has moved on meanwhile. */
#define ORDER_MOVES(from, to)                                                                      \
    "state = case when o.state in (" from ") then '" to "' else o.state end"

#endif

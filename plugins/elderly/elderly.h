#ifndef ELDERLY_H
#define ELDERLY_H

#include <wulian/plugin.h>

extern const struct wl_record ability_assessment, elder_profile, errand, meal_order;

void card_handle(struct wl_ctx *ctx);

#endif

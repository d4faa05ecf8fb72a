#ifndef ELDERLY_H
#define ELDERLY_H

#include <wulian/plugin.h>

extern const struct wl_record ability_assessment, elder_contact, elder_profile, errand;

/* Themes whose description stands in a file of its own. */
extern const struct wl_plugin elderly_counts, elderly_meals, elderly_people, elderly_venues;

void card_handle(struct wl_ctx *ctx);
void invitees_handle(struct wl_ctx *ctx);
void my_venues_handle(struct wl_ctx *ctx);

#endif

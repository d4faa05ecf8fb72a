/* 问候电话 and 线上文娱: what their records share. */
#ifndef ELDERLY_CALLS_H
#define ELDERLY_CALLS_H

#include <wulian/plugin.h>

extern const struct wl_record call_plan, greeting_call, call_step, content_item, content_share;
extern const struct wl_plugin elderly_calls;

/* What a call is made of, from c, a row of elderly.calls_on. */
#define CALL_PLANNED "c.plan, c.person, c.staff, c.neighbour, c.date, c.due_at"

#endif

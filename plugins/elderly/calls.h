/* 问候电话 and 线上文娱: what their records share. */
#ifndef ELDERLY_CALLS_H
#define ELDERLY_CALLS_H

#include <wulian/plugin.h>

extern const struct wl_record call_plan, greeting_call, call_step, content_item, content_share;
extern const struct wl_plugin elderly_calls;

/* What a call is made of, from c, a row of elderly.calls_on. */
#define CALL_PLANNED "c.plan, c.person, c.staff, c.neighbour, c.date, c.due_at"

/* The calls of today and tomorrow that the step of a record leaves wanting. */
#define CALLS_WANTED(whose)                                                                        \
    .record = "elderly.greeting_call",                                                             \
    .rows = WL_SQL("select c.div, " CALL_PLANNED                                                   \
                   "  from (values (core.today()), (core.today() + 1)) d (day)"                    \
                   " cross join lateral elderly.calls_on(t.county, d.day) c"                       \
                   " where " whose " and c.due_at > now()")

/* But for a call that somebody has taken meanwhile. */
#define CALL_DROPPED                                                                               \
    WL_SQL("state = case o.state when 'scheduled' then 'cancelled' else o.state end")

#endif

/* What a record of bookings carries of the service mode that covers it (平急转换): how it goes on,
 * and the guard that takes no booking while its service is suspended. Its table has mode_effect
 * text and mode_until timestamptz, its module the texts "<record>.mode_effect",
 * "<record>.mode_until". Switches keep both up to date (effects in modes/switch.c). */
#ifndef WULIAN_STATION_MODES_BOOKING_H
#define WULIAN_STATION_MODES_BOOKING_H

#include <wulian/plugin.h>

/* `free`: SQL over v.<field> that is true of what no mode concerns; `where`: service, venue, time.
 */
#define MODE_EFFECT(free, where)                                                                   \
    {"mode_effect",                                                                                \
     WL_CHOICE,                                                                                    \
     WL_CLASS_0,                                                                                   \
     .flags = WL_COMPUTED | WL_LISTED,                                                             \
     .of = "SERVICE_HOW",                                                                          \
     .compute = WL_SQL("case when " free " then 'ALLOW' else"                                      \
                       " core.service_how(v.county, v.div, " where ") end")},                      \
    {                                                                                              \
        "mode_until", WL_TIME, WL_CLASS_0,                                                         \
            .flags = WL_COMPUTED | WL_LISTED,                                                      \
            .compute = WL_SQL("case when not coalesce(" free ", false) then"                       \
                              " (select m.until from core.service_mode(v.county, v.div, " where    \
                              ") m) end")                                                          \
    }

/* The same over t.<field>. The fault stands at `field`, and its text (MODE_TELLS, of .guard_texts)
 * says until when and what instead. */
#define MODE_GUARD(field, free, where)                                                             \
    {                                                                                              \
        field, "mode_suspends",                                                                    \
            WL_SQL("case when " free " then true else"                                             \
                   " core.service_how(t.county, t.div, " where ") <> 'SUSPEND' end")               \
    }
#define MODE_TELLS(where)                                                                          \
    {                                                                                              \
        "mode_suspends", WL_SQL("core.service_told(t.county, t.div, " where ")")                   \
    }

#endif

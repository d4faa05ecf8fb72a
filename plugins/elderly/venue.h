/* What the records of venues ask alike. */
#ifndef ELDERLY_VENUE_H
#define ELDERLY_VENUE_H

#include "elderly.h"

extern const struct wl_record venue_attendance, venue_log, venue_need;

/* Venues that take people in for the day. */
#define DAYCARE_VENUES "'DAYCARE', 'HAPPYHOME', 'COMPLEX'"

/* Venues that serve elders, besides those of children, schools and the like. */
#define ELDER_VENUES                                                                               \
    "'DAYCARE', 'HAPPYHOME', 'HOMECARE', 'NURSING', 'ELDERHOME', 'COMPLEX', 'WELFARE'"

/* Whether the venue named is one of these types and was not closed by that day. */
#define VENUE_IS(types, day)                                                                       \
    "exists (select from station.v_venue v where v.county = t.county and v.id = t.venue"           \
    " and v.type in (" types ") and (v.closed_on is null or v.closed_on >= " day "))"
#define DAY_OF(time) "(" time " at time zone 'Asia/Shanghai')::date"

#endif

/* What follows from a switch, by its own steps (switch.c) and by the clock (modes.c), as rows of
 * struct wl_effect and struct wl_chore over t. */
#ifndef WULIAN_STATION_MODES_FOLLOW_H
#define WULIAN_STATION_MODES_FOLLOW_H

#include <wulian/plugin.h>

/* Open bookings whose service goes on another way than they say: those that a switch puts still and
 * those that it lets go. `where` is what core.service_mode asks beside the place. */
#define BOOKED(table, where, states)                                                               \
    "select b.id, m.how, m.until from t join station." table " b on b.county = t.county"           \
    " cross join lateral (select x.how, x.until"                                                   \
    " from core.service_mode(b.county, b.div, " where ") x"                                        \
    " where b.form is distinct from 'ONLINE'"                                                      \
    " union all select 'ALLOW', null where b.form = 'ONLINE') m"                                   \
    " where b.deleted_at is null and b.state in (" states ")"                                      \
    " and (m.how, m.until) is distinct from (b.mode_effect, b.mode_until)"
#define BOOKED_ACTIVITIES                                                                          \
    BOOKED("activity", "'GROUP_ACTIVITY', b.venue, b.starts_at",                                   \
           "'planned', 'approved', 'published'")
#define BOOKED_GROUPS(at)                                                                          \
    BOOKED("group_work", "'GROUP_WORK', null, " at, "'prepare', 'form', 'turn', 'mature', 'ending'")
#define BOOKED_SET "mode_effect = s.how, mode_until = s.until"

/* A word to every station that the switch m lies over, with how many activities fall into its time.
 * `from` gives m. */
#define BRIEFS(kind, from)                                                                         \
    "select m.id as mode_switch, " kind " as kind, m.mode, m.starts_at,"                           \
    " coalesce(m.ended_at, m.ends_at) as ends_at, o.div, m.id::text || o.id as key,"               \
    " (select count(*) from station.activity b where b.county = o.county"                          \
    " and b.township = o.township and b.deleted_at is null"                                        \
    " and b.state in ('planned', 'approved', 'published') and b.starts_at >= m.starts_at"          \
    " and b.starts_at < coalesce(m.ended_at, m.ends_at, 'infinity')) as bookings"                  \
    " from " from " join admin.org_unit o on o.county = m.county and o.kind = 'STATION'"           \
    " and o.status not in ('PLANNED', 'CLOSED') and o.deleted_at is null"                          \
    " and core.mode_over(m.div, m.areas, o.div, core.scope_hi(o.div))"

#endif

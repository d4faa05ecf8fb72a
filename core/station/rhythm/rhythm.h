/* How the county leads its stations, one record a file: what meetings hand out, monthly
 * supervision, matters decided by vote, stars, and what the calendar brings. */
#ifndef WULIAN_STATION_RHYTHM_H
#define WULIAN_STATION_RHYTHM_H

#include "station/station.h"

extern const struct wl_record station_committee, station_committee_member, station_meeting,
    station_meeting_item, station_action_item, station_supervision, station_rectification,
    station_task, station_major_item, station_conflict, station_vote, station_star_scheme,
    station_star_item, station_star_review, station_star_score, station_month_report;

/* What the calendar brings, of rhythm_chores.c. */
enum { RHYTHM_CHORES = 23 };
extern const struct wl_chore rhythm_chores[RHYTHM_CHORES];

#endif

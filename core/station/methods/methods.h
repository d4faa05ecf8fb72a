/* The records of the three methods, one (or a small family) per file of this folder. */
#ifndef WULIAN_STATION_METHODS_H
#define WULIAN_STATION_METHODS_H

#include <wulian/plugin.h>

extern const struct wl_record station_consent;
extern const struct wl_record station_case_file;
extern const struct wl_record station_case_sheet, station_case_record, station_case_addendum,
    station_case_conference;
extern const struct wl_record station_group_work, station_group_member, station_group_session,
    station_group_attendance;
extern const struct wl_record station_activity, station_activity_role, station_activity_photo;
extern const struct wl_record station_case_handover, station_referral;
extern const struct wl_record station_survey, station_survey_answer, station_outcome_measure;
extern const struct wl_record station_activity_attendance, station_activity_enrol;

/* What the records count as in the reports. */
enum { METHODS_COUNTS = 21 };
extern const struct wl_indicator methods_counts[];

#endif

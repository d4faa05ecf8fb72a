/* The records of the three methods, one (or a small family) per file of this folder. */
#ifndef WULIAN_STATION_METHODS_H
#define WULIAN_STATION_METHODS_H

#include <wulian/plugin.h>

extern const struct wl_record station_consent;
extern const struct wl_record station_case_file;
extern const struct wl_record station_case_sheet, station_case_record, station_case_addendum,
    station_case_conference;

#endif

/* 送医、辅具、补贴、意外. */
#ifndef ELDERLY_CARE_H
#define ELDERLY_CARE_H

#include "elderly.h"

extern const struct wl_record doctor_visit, aid_device, subsidy_grant, incident;
extern const struct wl_plugin elderly_care;

#endif

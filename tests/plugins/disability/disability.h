/* 残疾人服务: the records of this plugin. */
#ifndef DISABILITY_H
#define DISABILITY_H

#include <wulian/plugin.h>

extern const struct wl_record certificate, rehab_plan, device_loan;

#endif

/* The menu of a caller: GET /api/v1/menu. */
#ifndef WULIAN_RECORD_MENU_H
#define WULIAN_RECORD_MENU_H

#include "call/call.h"

extern const struct op menu_op;

#endif

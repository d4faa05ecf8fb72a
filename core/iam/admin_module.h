/* The linked-in module "admin": 机构、账号、岗位 below /api/v1/admin. */
#ifndef WULIAN_IAM_ADMIN_MODULE_H
#define WULIAN_IAM_ADMIN_MODULE_H

#include <wulian/plugin.h>

extern const struct wl_plugin admin_module;

#endif

/* What a password must be (等级保护三级: at least 10 characters of 3 kinds), and which are refused
 * although they look like it. */
#ifndef WULIAN_IAM_PASSWORD_H
#define WULIAN_IAM_PASSWORD_H

#include <stddef.h>

#include "iam/login.h"

enum { PASSWORD_MIN = 10 /* code points */, PASSWORD_MAX = 256 /* bytes */ };

/* NULL when it may be used, else the code of the fault: "password_short", "password_long",
 * "password_kinds" (fewer than 3 of lower-case, upper-case, digits, others),
 * "password_context" (holds the login, the county code or the product's name), "password_common".
 * `password` is valid UTF-8. */
const char *password_fault(const char *password, const struct login *login);

#endif

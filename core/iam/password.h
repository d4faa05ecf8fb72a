/* What a password must be by the rules of its county (等保三级: at least 10 characters of 3 kinds;
 * ASVS 5.0: 8 of any), and which are refused although they look like it. */
#ifndef WULIAN_IAM_PASSWORD_H
#define WULIAN_IAM_PASSWORD_H

#include <stdbool.h>
#include <stddef.h>

#include "iam/login.h"

enum { PASSWORD_MAX = 256 /* bytes */ };
struct password_rules {
    int least; /* code points */
    int kinds; /* of lower-case, upper-case, digits, others */
};

/* NULL when it may be used, else the code of the fault: "password_short", "password_long",
 * "password_kinds" (too few),
 * "password_context" (holds the login, the county code, the product's name, or whosesoever mobile
 * or identity number), "password_common".
 * `password` is valid UTF-8. */
const char *password_fault(const char *password, const struct login *login,
                           const struct password_rules *rules);
/* Whether it holds this name, in characters or in pinyin, the given name first or last. */
bool password_names(const char *password, const char *name);

#endif

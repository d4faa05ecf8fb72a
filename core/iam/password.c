#include "iam/password.h"

#include <stdbool.h>
#include <string.h>

#include "base/str.h"

/* What people choose when a rule asks for ten characters of three kinds: lower-case, without what
 * stands behind the last letter. Keyboard walks first. */
static const char *const common[] = {
    "1qaz2wsx", "1qaz@wsx", "1q2w3e4r", "1q2w3e4r5t", "1q2w3e4r5t6y", "!qaz2wsx", "!qaz@wsx",
    "qwer", "qwerty", "qwertyuiop", "qweasd", "qweasdzxc", "q1w2e3r", "q1w2e3r4t", "asdf",
    "asdfghjkl", "zxcvbnm", "zaq12wsx", "1qaz2wsx!qaz", "zaq1@wsx", "password", "passw0rd",
    "p@ssw0rd",
    "p@ssword", "pa$$w0rd", "p@$$w0rd", "passwordpassword", "admin", "admin@admin", "adminadmin",
    "administrator", "root", "root@root", "test", "welcome", "changeme", "letmein", "iloveyou",
    "woaini", "a", "aa", "aaa", "aaaa", "ab", "abc", "abcd", "abcdef", "huawei", "lenovo",
    "china", "zhongguo", "hunan", "jiangsu", "minzheng", "minzhengju", "shegong", "shegongzhan",
    "system", "manager", "user", "guest", "mima", "mimamima", "wodemima", "dragon", "monkey",
    "sunshine", "princess", "football", "superman",
};

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static int kinds(const char *s)
{
    bool low = false;
    bool up = false;
    bool digit = false;
    bool other = false;

    for (; *s; s++) {
        if (*s >= 'a' && *s <= 'z')
            low = true;
        else if (*s >= 'A' && *s <= 'Z')
            up = true;
        else if (*s >= '0' && *s <= '9')
            digit = true;
        else
            other = true;
    }
    return low + up + digit + other;
}

static bool is_common(const char *lowered)
{
    size_t n = strlen(lowered);

    while (n > 0 && !(lowered[n - 1] >= 'a' && lowered[n - 1] <= 'z') &&
           (unsigned char)lowered[n - 1] < 0x80)
        n--;
    for (size_t i = 0; i < sizeof common / sizeof common[0]; i++)
        if (strlen(common[i]) == n && memcmp(common[i], lowered, n) == 0)
            return true;
    return n == 0; /* digits and signs only */
}

const char *password_fault(const char *password, const struct login *login)
{
    char lowered[PASSWORD_MAX + 1];
    char county[16];
    size_t n = strlen(password);

    if (n > PASSWORD_MAX)
        return "password_long";
    if (utf8_count(password) < PASSWORD_MIN)
        return "password_short";
    if (kinds(password) < 3)
        return "password_kinds";
    for (size_t i = 0; i <= n; i++)
        lowered[i] = lower(password[i]);
    str_format(county, sizeof county, "%d", login->county);
    if ((strlen(login->name) > 2 && strstr(lowered, login->name)) || strstr(lowered, county) ||
        strstr(lowered, "wulian") || strstr(lowered, "五联"))
        return "password_context";
    return is_common(lowered) ? "password_common" : NULL;
}

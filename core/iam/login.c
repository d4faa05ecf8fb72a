#include "iam/login.h"

#include <assert.h>
#include <string.h>

#include "base/str.h"

enum { COUNTY_DIGITS = 6, NAME_MIN = 2 };

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static bool name_lower(const char *s, size_t n, char *out)
{
    for (size_t i = 0; i < n; i++) {
        out[i] = s[i];
        if (s[i] >= 'A' && s[i] <= 'Z')
            out[i] = (char)(s[i] - 'A' + 'a');
        if (!is_word(out[i]) && (i == 0 || !strchr("._-", out[i])))
            return false;
    }
    out[n] = '\0';
    return true;
}

bool login_parse(const char *s, struct login *out)
{
    const char *at = strchr(s, '@');
    size_t n = at ? (size_t)(at - s) : 0;
    int64_t county;

    if (n < NAME_MIN || n >= LOGIN_TEXT || strlen(at + 1) != COUNTY_DIGITS || at[1] == '0' ||
        at[1] == '-' || !str_int64(at + 1, &county) || !name_lower(s, n, out->name))
        return false;
    out->county = (int)county;
    return true;
}

void token_text(int county, const char *secret, char out[TOKEN_TEXT])
{
    bool fits = str_format(out, TOKEN_TEXT, "wl1_%d_%s", county, secret);

    assert(fits);
    (void)fits;
}

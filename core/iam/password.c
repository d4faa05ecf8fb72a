#include "iam/password.h"

#include <stdlib.h>
#include <string.h>

#include "base/pinyin.h"
#include "base/str.h"
#include "passwords_data.h"

enum { WORD = sizeof password_usual[0], USUAL = sizeof password_usual / WORD };
enum { FEW_LETTERS = 3, FEW_SYLLABLES = 2 };

/* What people of this country and field choose, beside what the world does (passwords_data.h). */
static const char *const own[] = {
    "woaizhongguo", "woaiwojia", "woaimama", "woaibaobao", "wozhendeaini", "wozuishuai", "nihaoma",
    "gongwuyuan", "guanliyuan", "minzhengju", "shegongzhan", "shehuigongzuo", "renminzhengfu",
    "wodemima", "zhifubao", "huawei", "lenovo", "taobao", "alipay", "tencent", "login",
};

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Of characters that are already lowered; those beyond ASCII count as letters. */
static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (unsigned char)c >= 0x80;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
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
        else if (is_digit(*s))
            digit = true;
        else
            other = true;
    }
    return low + up + digit + other;
}

/* --- runs ------------------------------------------------------------------------------------- */

static const char shifted[] = "!@#$%^&*()_+{}|:\"<>?", unshifted[] = "1234567890-=[]\\;',./";
static const char *const keys[] = {"1234567890-=", "qwertyuiop[]\\", "asdfghjkl;'", "zxcvbnm,./"};
enum { KEY_ROWS = sizeof keys / sizeof keys[0] };

static char key_of(char c)
{
    const char *at = strchr(shifted, c);

    if (!at || !*at)
        return c;
    return unshifted[at - shifted];
}

/* In half keys from the left; each row begins half a key further right. -1: no key. */
static int key_place(char c, int *row)
{
    for (*row = 0; *row < KEY_ROWS; ++*row) {
        const char *at = strchr(keys[*row], c);

        if (at)
            return 2 * (int)(at - keys[*row]) + *row;
    }
    return -1;
}

static bool keys_touch(char a, char b)
{
    int row_a, row_b;
    int at = key_place(a, &row_a);
    int to = key_place(b, &row_b);

    return at >= 0 && to >= 0 && abs(row_a - row_b) <= 1 &&
           abs(at - to) == (row_a == row_b ? 2 : 1);
}

/* Made of runs of three and more: 123abc, qweasdzxc, 1qaz@WSX, aaaa1111. */
static bool is_runs(const char *lowered)
{
    int n = 0, runs = 1;
    char before = '\0';

    for (; *lowered; lowered++, n++) {
        char c = key_of(*lowered);

        if (n && abs(c - before) > 1 && !keys_touch(before, c))
            runs++;
        before = c;
    }
    return n >= 3 * runs;
}

/* --- words ------------------------------------------------------------------------------------ */

static int word_compare(const void *key, const void *word)
{
    return strcmp(key, word);
}

static bool is_listed(const char *s, size_t n)
{
    char word[WORD];

    if (!str_format(word, sizeof word, "%.*s", (int)n, s))
        return false;
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++)
        if (str_eq(word, own[i]))
            return true;
    return bsearch(word, password_usual, USUAL, WORD, word_compare) != NULL;
}

/* p@$$w0rd is password. */
static bool is_listed_as_read(const char *s, size_t n)
{
    static const char signs[] = "@4301$57", letters[] = "aaeoisst";
    char word[WORD];

    if (n >= sizeof word)
        return false;
    for (size_t i = 0; i < n; i++) {
        const char *at = strchr(signs, s[i]);

        word[i] = s[i];
        if (at && *at)
            word[i] = letters[at - signs];
    }
    return is_listed(s, n) || is_listed(word, n);
}

/* The shortest text that s repeats, with or without signs between: mimamima, admin@admin. */
static size_t repeated(const char *s, size_t n)
{
    size_t word = 0;
    size_t at;

    for (size_t p = 1; p <= n / 2; p++)
        if (n % p == 0 && memcmp(s, s + p, n - p) == 0)
            return p;
    while (word < n && is_letter(s[word]))
        word++;
    for (at = word; at < n; at += word) {
        while (at < n && !is_letter(s[at]))
            at++;
        if (n - at < word || memcmp(s, s + at, word) != 0)
            return n;
    }
    return word;
}

/* What stands before the first letter and behind the last makes no word less usual. Most names of
 * people are two syllables, and few letters are nothing. */
static bool is_common(const char *lowered)
{
    size_t n = strlen(lowered);

    if (is_runs(lowered))
        return true;
    while (n && !is_letter(lowered[n - 1]))
        n--;
    for (; n && !is_letter(*lowered); n--)
        lowered++;
    if (is_listed_as_read(lowered, n))
        return true;
    n = repeated(lowered, n);
    return n <= FEW_LETTERS || pinyin_reads(lowered, n, FEW_SYLLABLES) || is_listed(lowered, n);
}

/* --- what others know ------------------------------------------------------------------------- */

/* A mobile number or the number of an identity card: nobody guesses whose. */
static bool holds_number(const char *s)
{
    enum { MOBILE = 11, IDENTITY = 17 };

    while (*s) {
        size_t n = strspn(s, "0123456789");

        if (n >= IDENTITY || (n == MOBILE && s[0] == '1' && s[1] >= '3'))
            return true;
        s += n ? n : 1;
    }
    return false;
}

/* Lowered letters and digits alone. */
static void squeeze(const char *s, char *out)
{
    for (; *s; s++)
        if (is_letter(lower(*s)) || is_digit(*s))
            *out++ = lower(*s);
    *out = '\0';
}

bool password_names(const char *password, const char *name)
{
    enum { NAME_ROOM = 128 };
    char held[PASSWORD_MAX + 1], first[8], full[NAME_ROOM], head[NAME_ROOM], initials[NAME_ROOM];
    char turned[2 * NAME_ROOM];
    const char *given = name;

    if (strlen(password) > PASSWORD_MAX)
        return false;
    squeeze(password, held);
    if (utf8_count(name) >= 2 && strstr(held, name))
        return true;
    pinyin_name(name, full, sizeof full, initials, sizeof initials);
    utf8_next(&given);
    str_format(first, sizeof first, "%.*s", (int)(given - name), name);
    pinyin_name(first, head, sizeof head, initials, sizeof initials);
    if (strlen(full) <= FEW_LETTERS || !str_starts(full, head))
        return false;
    str_format(turned, sizeof turned, "%s%s", full + strlen(head), head);
    return strstr(held, full) || strstr(held, turned);
}

static bool in_context(const char *lowered, const struct login *login)
{
    char county[16];

    str_format(county, sizeof county, "%d", login->county);
    return (strlen(login->name) > 2 && strstr(lowered, login->name)) || strstr(lowered, county) ||
           strstr(lowered, "wulian") || strstr(lowered, "五联") || holds_number(lowered);
}

const char *password_fault(const char *password, const struct login *login,
                           const struct password_rules *rules)
{
    char lowered[PASSWORD_MAX + 1] = "";
    size_t n = strlen(password);

    if (n > PASSWORD_MAX)
        return "password_long";
    if (utf8_count(password) < (size_t)rules->least)
        return "password_short";
    if (kinds(password) < rules->kinds)
        return "password_kinds";
    for (size_t i = 0; i <= n; i++)
        lowered[i] = lower(password[i]);
    if (in_context(lowered, login))
        return "password_context";
    return is_common(lowered) ? "password_common" : NULL;
}

#include "base/check.h"

#include <stdbool.h>
#include <string.h>

#include "base/str.h"
#include "base/surname.h"

enum {
    FOLD_MAX = 64, /* code points looked at; no identifier here is nearly as long */
    ID_OLD_LENGTH = 15,
    ID_LENGTH = 18,
    USCC_LENGTH = 18
};

/* Full-width forms become ASCII and a-z becomes A-Z; anything that is not then printable ASCII
 * becomes '?', which no identifier contains. */
static char fold(uint32_t c)
{
    if (c == 0x3000)
        return ' ';
    if (c >= 0xFF01 && c <= 0xFF5E)
        c -= 0xFEE0;
    if (c >= 'a' && c <= 'z')
        c -= 'a' - 'A';
    return c >= 0x20 && c < 0x7F ? (char)c : '?';
}

/* Folds s into out without the spaces around it. The result is as long as the text has code points;
 * longer texts are cut at FOLD_MAX, which is too long for everybody. */
static size_t fold_text(const char *s, char out[FOLD_MAX + 1])
{
    size_t n = 0;
    uint32_t c;

    while (n < FOLD_MAX && (c = utf8_next(&s))) {
        out[n] = fold(c);
        if (n > 0 || out[n] != ' ')
            n++;
    }
    while (n > 0 && out[n - 1] == ' ')
        n--;
    out[n] = '\0';
    return n;
}

static bool all_digits(const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (s[i] < '0' || s[i] > '9')
            return false;
    return true;
}

static int two_digits(const char *s)
{
    return (s[0] - '0') * 10 + (s[1] - '0');
}

/* GB 11643, ISO 7064 MOD 11-2 over the first 17 digits. */
static char id_check_digit(const char *s)
{
    static const int weight[] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    int sum = 0;

    for (int i = 0; i < ID_LENGTH - 1; i++)
        sum += (s[i] - '0') * weight[i];
    return "10X98765432"[sum % 11];
}

/* Numbers of 15 digits were given out in the 1900s only; they lack the century and check digit. */
static void id_expand(char text[FOLD_MAX + 1])
{
    memmove(text + 8, text + 6, ID_OLD_LENGTH - 6);
    text[6] = '1';
    text[7] = '9';
    text[ID_LENGTH - 1] = id_check_digit(text);
    text[ID_LENGTH] = '\0';
}

enum check_result id_number_check(const char *s, struct date today, struct id_number *out)
{
    char text[FOLD_MAX + 1];
    size_t n = fold_text(s, text);
    struct date birth;

    if (n != ID_LENGTH && n != ID_OLD_LENGTH)
        return CHECK_LENGTH;
    if (!all_digits(text, n == ID_LENGTH ? n - 1 : n))
        return CHECK_CHARS;
    if (n == ID_OLD_LENGTH)
        id_expand(text);
    if (text[17] != 'X' && !all_digits(text + 17, 1))
        return CHECK_CHARS;
    birth.year = two_digits(text + 6) * 100 + two_digits(text + 8);
    birth.month = two_digits(text + 10);
    birth.day = two_digits(text + 12);
    if (!date_valid(birth) || date_compare(birth, today) > 0)
        return CHECK_DATE;
    if (text[17] != id_check_digit(text))
        return CHECK_DIGIT;
    memcpy(out->text, text, ID_NUMBER_TEXT);
    out->birth = birth;
    out->sex = (text[16] - '0') % 2 ? '1' : '2';
    return CHECK_OK;
}

/* GB 32100: position in the 31-character set, -1 for I O S V Z and all else. */
static int uscc_value(char c)
{
    static const char set[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    const char *at = c ? strchr(set, c) : NULL;

    return at ? (int)(at - set) : -1;
}

static bool uscc_digit_fits(const char *s)
{
    int weight = 1;
    int sum = 0;

    for (int i = 0; i < USCC_LENGTH - 1; i++) {
        sum += uscc_value(s[i]) * weight;
        weight = weight * 3 % 31;
    }
    return uscc_value(s[USCC_LENGTH - 1]) == (31 - sum % 31) % 31;
}

/* GB 11714: the organisation code at positions 9 to 17 has a check digit of its own. */
static bool organisation_digit_fits(const char *s)
{
    static const int weight[] = {3, 7, 9, 10, 5, 8, 4, 2};
    int sum = 0;

    for (int i = 0; i < 8; i++)
        sum += (s[i] <= '9' ? s[i] - '0' : s[i] - 'A' + 10) * weight[i];
    return s[8] == "0X987654321"[sum % 11];
}

enum check_result uscc_check(const char *s, char out[USCC_TEXT])
{
    char text[FOLD_MAX + 1];

    if (fold_text(s, text) != USCC_LENGTH)
        return CHECK_LENGTH;
    for (int i = 0; i < USCC_LENGTH; i++)
        if (uscc_value(text[i]) < 0)
            return CHECK_CHARS;
    if (!all_digits(text + 2, 6))
        return CHECK_CHARS;
    if (!uscc_digit_fits(text) || !organisation_digit_fits(text + 8))
        return CHECK_DIGIT;
    memcpy(out, text, USCC_TEXT);
    return CHECK_OK;
}

/* Drops what people write between digits, in place; returns the new length. */
static size_t phone_strip(char *s)
{
    size_t n = 0;

    for (const char *c = s; *c; c++)
        if (!strchr(" -()", *c))
            s[n++] = *c;
    s[n] = '\0';
    return n;
}

static bool is_mobile(const char *s, size_t n)
{
    return n == 11 && s[0] == '1' && s[1] >= '3';
}

/* With its area code: 010 and 02x are followed by eight digits, the others by seven or eight. */
static bool is_landline(const char *s, size_t n)
{
    bool short_code;

    if (n != 11 && n != 12)
        return false;
    short_code = s[1] == '1' || s[1] == '2';
    if (s[0] != '0' || s[1] == '0')
        return false;
    if (short_code)
        return n == 11 && s[3] >= '2' && (s[1] == '2' || s[2] == '0');
    return s[4] >= '2';
}

/* Drops +86 or 0086 at p. A landline then lacks the 0 of its area code: p[-1] is free for it. */
static char *country_strip(char *p, size_t n)
{
    size_t prefix = *p == '+' ? 3 : 4;

    p += prefix;
    n -= prefix;
    if (!is_mobile(p, n) && *p != '0')
        *--p = '0';
    return p;
}

enum check_result phone_check(const char *s, char out[PHONE_TEXT])
{
    char text[FOLD_MAX + 2];
    char *p = text + 1;
    size_t n;
    bool country;

    fold_text(s, p);
    n = phone_strip(p);
    country = str_starts(p, "+86") || str_starts(p, "0086");
    if (country) {
        p = country_strip(p, n);
        n = strlen(p);
    }
    if (!all_digits(p, n))
        return CHECK_CHARS;
    if (n < 3 || n == 9 || n == 10 || n > 12 || (country && n < 11))
        return CHECK_LENGTH;
    if (!is_mobile(p, n) && !is_landline(p, n) && (n > 8 || *p == '0'))
        return CHECK_CHARS;
    memcpy(out, p, n + 1);
    return CHECK_OK;
}

enum check_result card_check(const char *s, int min, int max, char out[CARD_TEXT])
{
    char text[FOLD_MAX + 1];
    int n = 0;

    fold_text(s, text);
    for (const char *p = text; *p; p++) {
        if (*p == ' ' || *p == '-')
            continue;
        if (!all_digits(p, 1) && (*p < 'A' || *p > 'Z'))
            return CHECK_CHARS;
        if (n == max || n == CARD_TEXT - 1)
            return CHECK_LENGTH;
        out[n++] = *p;
    }
    out[n] = '\0';
    return n < min || n == 0 ? CHECK_LENGTH : CHECK_OK;
}

/* Writes s with all but `head` leading and `tail` trailing code points as stars, cut to cap. */
static void mask(const char *s, size_t head, size_t tail, char *out, unsigned cap)
{
    size_t count = utf8_count(s);
    size_t n = 0;

    for (size_t i = 0; *s; i++) {
        const char *from = s;
        bool shown = i < head || i + tail >= count;
        size_t len;

        utf8_next(&s);
        len = shown ? (size_t)(s - from) : 1;
        if (n + len >= cap)
            break;
        memcpy(out + n, shown ? from : "*", len);
        n += len;
    }
    if (cap)
        out[n] = '\0';
}

void id_number_mask(const char *id, char *out, unsigned cap)
{
    if (strlen(id) == ID_LENGTH)
        mask(id, 6, 4, out, cap);
    else
        mask(id, 0, utf8_count(id) > 6 ? 2 : 0, out, cap);
}

void phone_mask(const char *phone, char *out, unsigned cap)
{
    size_t n = strlen(phone);

    if (is_mobile(phone, n))
        mask(phone, 3, 4, out, cap);
    else if (is_landline(phone, n))
        mask(phone, phone[1] <= '2' ? 3 : 4, 2, out, cap);
    else
        mask(phone, 0, n > 6 ? 2 : 0, out, cap);
}

void card_mask(const char *card, unsigned head, unsigned tail, char *out, unsigned cap)
{
    bool longer = strlen(card) > (size_t)head + tail;

    mask(card, longer ? head : 0, longer ? tail : 0, out, cap);
}

void name_mask(const char *name, char *out, unsigned cap)
{
    /* one character alone is hidden: it may be the whole name */
    mask(name, utf8_count(name) > 1 ? surname_count(name) : 0, 0, out, cap);
}

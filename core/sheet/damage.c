#include "sheet/damage.h"

#include <string.h>
#include <strings.h>

#include "base/check.h"
#include "base/str.h"
#include "sheet/serial.h"

enum { ROOM = DECIMAL_TEXT + 16, SERIAL_DIGITS = 5, COMPACT_DATE = 8, ID_DIGITS = 18 };

static const struct damage fine = {DAMAGE_NONE, NULL};

size_t damage_room(const struct sheet_cell *cell)
{
    return cell->n + ROOM;
}

static struct damage lost(char *out, const char *code)
{
    out[0] = '\0';
    return (struct damage){DAMAGE_LOST, code};
}

static struct damage mended(const char *code)
{
    return (struct damage){DAMAGE_MENDED, code};
}

/* --- signs ---------------------------------------------------------------------------------------
 */

/* What no reader sees and nobody typed on purpose. */
static bool invisible(uint32_t c)
{
    return c == 0xAD || (c >= 0x200B && c <= 0x200F) || (c >= 0x202A && c <= 0x202E) ||
           (c >= 0x2060 && c <= 0x2064) || (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF;
}

static bool space(uint32_t c)
{
    return c == ' ' || (c >= '\t' && c <= '\r') || c == 0x85 || c == 0xA0 || c == 0x1680 ||
           (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F ||
           c == 0x205F || c == 0x3000;
}

static char *put(char *out, uint32_t c)
{
    if (c < 0x80) {
        *out++ = (char)c;
        return out;
    }
    if (c < 0x800) {
        *out++ = (char)(0xC0 | c >> 6);
    } else {
        if (c < 0x10000) {
            *out++ = (char)(0xE0 | c >> 12);
        } else {
            *out++ = (char)(0xF0 | c >> 18);
            *out++ = (char)(0x80 | (c >> 12 & 0x3F));
        }
        *out++ = (char)(0x80 | (c >> 6 & 0x3F));
    }
    *out++ = (char)(0x80 | (c & 0x3F));
    return out;
}

/* Half-width for the full-width forms, one hyphen for the many dashes, one space for the many. */
static uint32_t narrow(uint32_t c)
{
    if (c >= 0xFF01 && c <= 0xFF5E)
        return c - 0xFEE0;
    if ((c >= 0x2010 && c <= 0x2015) || c == 0x2212 || c == 0xFE63)
        return '-';
    return space(c) ? ' ' : c;
}

/* The apostrophe that keeps Excel from reading a formula or a number. */
static bool guards(uint32_t c)
{
    return (c >= '0' && c <= '9') || c == '=' || c == '+' || c == '-' || c == '@' || c == '\t' ||
           c == '\r' || c == 0xFF1D || c == 0xFF0B || c == 0xFF0D || c == 0xFF20;
}

struct folded {
    bool width, mark; /* what was found */
    size_t n;
};

/* Copies without invisible signs, the spaces around and a guarding apostrophe; narrowed if so told,
 * then without any of the signs in `drop`. */
static struct folded fold(const char *s, bool narrowed, const char *drop, char *out)
{
    struct folded found = {false, false, 0};
    char *start = out, *end = out;
    const char *behind;
    uint32_t c, sign;

    while ((c = utf8_next(&s))) {
        if (invisible(c) || (space(c) && out == start))
            continue;
        behind = s;
        if (c == '\'' && out == start && !found.mark && guards(utf8_next(&behind))) {
            found.mark = true;
            continue;
        }
        sign = narrowed ? narrow(c) : c;
        if (narrowed && sign < 0x80 && strchr(drop, (int)sign))
            continue;
        found.width = found.width || (sign != c && !space(c));
        out = put(out, sign);
        if (!space(sign))
            end = out;
    }
    *end = '\0';
    found.n = (size_t)(end - start);
    return found;
}

static struct damage of_fold(struct folded found)
{
    if (found.width)
        return mended("sheet_mended_width");
    return found.mark ? mended("sheet_mended_mark") : fine;
}

static bool all_digits(const char *s, size_t n)
{
    size_t i = 0;

    while (i < n && s[i] >= '0' && s[i] <= '9')
        i++;
    return n > 0 && i == n;
}

/* --- texts and codes -----------------------------------------------------------------------------
 */

struct damage damage_text(const struct sheet_cell *cell, char *out)
{
    if (cell->kind == SHEET_ERROR)
        return lost(out, "sheet_lost_error");
    return of_fold(fold(cell->text, false, "", out));
}

/* Digits of a whole number that an exponent or Excel's precision swallowed. */
static bool digits_lost(const struct sheet_cell *cell, const struct decimal *d)
{
    if (cell->kind == SHEET_NUMBER)
        return d->point > EXCEL_DIGITS;
    return d->exponent && d->point > d->n;
}

/* How programs write a whole number: 4.31E+17, 13800138000.0. Codes such as 2E3 and 1.10 are none.
 */
static bool program_number(const char *s)
{
    const char *point = strrchr(s, '.');

    return (strpbrk(s, "eE") && strchr(s, '+')) || (point && !strcmp(point, ".0"));
}

static struct damage code_of_number(const struct sheet_cell *cell, const struct folded *found,
                                    char *out)
{
    struct decimal d;

    if (cell->kind != SHEET_NUMBER && !program_number(out))
        return of_fold(*found);
    if (!decimal_parse(out, found->n, &d) || (d.n > d.point && !digits_lost(cell, &d)))
        return of_fold(*found);
    if (digits_lost(cell, &d))
        return lost(out, "sheet_lost_digits");
    decimal_format(&d, out);
    return strcmp(out, cell->text) ? mended("sheet_mended_number") : of_fold(*found);
}

static struct damage code_dropping(const struct sheet_cell *cell, const char *drop, char *out)
{
    struct folded found;

    if (cell->kind == SHEET_ERROR)
        return lost(out, "sheet_lost_error");
    found = fold(cell->text, true, drop, out);
    return code_of_number(cell, &found, out);
}

struct damage damage_code(const struct sheet_cell *cell, char *out)
{
    return code_dropping(cell, "", out);
}

/* Eighteen digits ending in 000 are what Excel's fifteen digits leave of a number; a true one
 * passes its check digit. */
static bool looks_rounded(const char *s, size_t n)
{
    static const struct date any = {9999, 12, 31};
    struct id_number id;
    char uscc[USCC_TEXT];

    return n == ID_DIGITS && all_digits(s, n) && !strcmp(s + n - 3, "000") &&
           id_number_check(s, any, &id) != CHECK_OK && uscc_check(s, uscc) != CHECK_OK;
}

struct damage damage_id_number(const struct sheet_cell *cell, char *out)
{
    struct damage damage = code_dropping(cell, " ", out);

    if (damage.result != DAMAGE_LOST && looks_rounded(out, strlen(out)))
        return lost(out, "sheet_lost_digits");
    return damage;
}

struct damage damage_phone(const struct sheet_cell *cell, char *out)
{
    return code_dropping(cell, " ", out);
}

/* --- numbers -------------------------------------------------------------------------------------
 */

/* Drops thousands separators where they stand right: groups of three before the point. */
static bool drop_commas(char *s)
{
    char *to = s;
    size_t group = 0;
    bool any = false;

    if (*s == '-' || *s == '+')
        s++, to++;
    for (; *s && *s != '.'; s++) {
        if (*s != ',') {
            *to++ = *s;
            group++;
            continue;
        }
        if (any ? group != 3 : group < 1 || group > 3)
            return false;
        any = true;
        group = 0;
    }
    if (any && group != 3)
        return false;
    if (strchr(s, ','))
        return false;
    memmove(to, s, strlen(s) + 1);
    return true;
}

static bool number_of(char *text, struct decimal *d)
{
    return drop_commas(text) && decimal_parse(text, strlen(text), d);
}

struct damage damage_number(const struct sheet_cell *cell, char *out)
{
    struct folded found;
    struct decimal d;

    if (cell->kind == SHEET_ERROR)
        return lost(out, "sheet_lost_error");
    found = fold(cell->text, true, " ", out);
    if (!found.n)
        return fine;
    if (cell->kind == SHEET_BOOL || cell->kind == SHEET_DATE || !number_of(out, &d))
        return lost(out, "sheet_bad_number");
    if (digits_lost(cell, &d))
        return lost(out, "sheet_lost_digits");
    decimal_format(&d, out);
    return strcmp(out, cell->text) ? mended("sheet_mended_number") : fine;
}

/* --- money ---------------------------------------------------------------------------------------
 */

static const char *const before_money[] = {"¥", "￥", "RMB", "CNY", "人民币", NULL};
static const char *const behind_money[] = {"元整", "元", "圆", "RMB", "CNY", NULL};

/* Cuts one of these off the front of s (a sign may stand before it). */
static bool cut_front(char *s, const char *const *words)
{
    if (*s == '-')
        s++;
    for (; *words; words++) {
        size_t n = strlen(*words);

        if (!strncasecmp(s, *words, n)) {
            memmove(s, s + n, strlen(s + n) + 1);
            return true;
        }
    }
    return false;
}

static bool cut_back(char *s, const char *const *words)
{
    size_t all = strlen(s);

    for (; *words; words++) {
        size_t n = strlen(*words);

        if (all >= n && !strcasecmp(s + all - n, *words)) {
            s[all - n] = '\0';
            return true;
        }
    }
    return false;
}

struct damage damage_money(const struct sheet_cell *cell, char *out)
{
    struct folded found;
    struct decimal d;
    bool dressed;

    if (cell->kind == SHEET_ERROR)
        return lost(out, "sheet_lost_error");
    found = fold(cell->text, true, " ", out);
    if (!found.n)
        return fine;
    dressed = cut_front(out, before_money);
    dressed = cut_back(out, behind_money) || dressed;
    dressed = strchr(out, ',') || found.width || found.mark || dressed;
    if (cell->kind == SHEET_BOOL || cell->kind == SHEET_DATE || !number_of(out, &d))
        return lost(out, "sheet_bad_money");
    if (digits_lost(cell, &d))
        return lost(out, "sheet_lost_digits");
    if (d.n > d.point + 2)
        return lost(out, "sheet_money_fraction");
    /* what the counters of the database hold */
    if (d.point > 16)
        return lost(out, "sheet_bad_money");
    d.point += d.n ? 2 : 0;
    dressed = dressed || d.exponent;
    decimal_format(&d, out);
    return dressed ? mended("sheet_mended_money") : fine;
}

/* --- dates ---------------------------------------------------------------------------------------
 */

/* Digits at *s, at least `least` and at most `most` of them. */
static bool take_number(const char **s, int least, int most, int *out)
{
    int n = 0;

    for (*out = 0; n < most && **s >= '0' && **s <= '9'; n++, (*s)++)
        *out = *out * 10 + (**s - '0');
    return n >= least && (**s < '0' || **s > '9');
}

static bool take_text(const char **s, const char *text)
{
    if (!str_starts(*s, text))
        return false;
    *s += strlen(text);
    return true;
}

/* Nothing, or a time of day that a date has no use for. */
static bool time_behind(const char *s)
{
    int hour, minute, second = 0;

    if (!*s)
        return true;
    if (*s != 'T' && *s != ' ')
        return false;
    while (*s == ' ' || *s == 'T')
        s++;
    if (!take_number(&s, 1, 2, &hour) || *s++ != ':' || !take_number(&s, 2, 2, &minute))
        return false;
    if (*s == ':') {
        s++;
        if (!take_number(&s, 2, 2, &second))
            return false;
        if (*s == '.')
            s += 1 + strspn(s + 1, "0123456789");
    }
    return !*s && hour < 24 && minute < 60 && second < 60;
}

static bool separated_date(const char *s, struct date *d)
{
    static const char *const separator[][3] = {
        {"-", "-", ""}, {"/", "/", ""}, {".", ".", ""}, {"年", "月", "日"}, {"年", "月", "号"}};
    const char *at = s;

    if (!take_number(&at, 4, 4, &d->year))
        return false;
    for (size_t i = 0; i < sizeof separator / sizeof *separator; i++) {
        const char *p = at;

        while (*p == ' ')
            p++;
        if (!take_text(&p, separator[i][0]))
            continue;
        while (*p == ' ')
            p++;
        if (take_number(&p, 1, 2, &d->month) && take_text(&p, separator[i][1]) &&
            take_number(&p, 1, 2, &d->day) && take_text(&p, separator[i][2]))
            return time_behind(p);
    }
    return false;
}

static bool counted_date(const char *s, bool from_1904, struct date *d)
{
    size_t n = strlen(s);
    int64_t number;

    if (!all_digits(s, n) || !str_int64(s, &number))
        return false;
    if (n == SERIAL_DIGITS)
        return serial_date(number, from_1904, d);
    *d = (struct date){(int)(number / 10000), (int)(number / 100 % 100), (int)(number % 100)};
    return n == COMPACT_DATE;
}

struct damage damage_date(const struct sheet_cell *cell, char *out)
{
    char iso[DATE_TEXT];
    struct date d;

    if (cell->kind == SHEET_ERROR)
        return lost(out, "sheet_lost_error");
    if (!fold(cell->text, true, "", out).n)
        return fine;
    if (cell->kind == SHEET_BOOL ||
        (!separated_date(out, &d) && !counted_date(out, cell->from_1904, &d)) || !date_valid(d))
        return lost(out, "sheet_bad_date");
    date_format(d, iso);
    memcpy(out, iso, sizeof iso);
    return strcmp(out, cell->text) ? mended("sheet_mended_date") : fine;
}

/* --- yes and no ----------------------------------------------------------------------------------
 */

struct damage damage_bool(const struct sheet_cell *cell, char *out)
{
    static const char *const yes[] = {"true", "是", "√", "✓", "✔", "☑", "真", "y", "yes", "t", "1"};
    static const char *const no[] = {"false", "否", "×", "✗", "✘", "☒", "假", "n", "no", "f", "0"};

    if (cell->kind == SHEET_ERROR)
        return lost(out, "sheet_lost_error");
    if (!fold(cell->text, true, " ", out).n)
        return fine;
    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++) {
        if (strcasecmp(out, yes[i]) && strcasecmp(out, no[i]))
            continue;
        memcpy(out, strcasecmp(out, yes[i]) ? "false" : "true", strcasecmp(out, yes[i]) ? 6 : 5);
        return strcmp(out, cell->text) ? mended("sheet_mended_bool") : fine;
    }
    return lost(out, "sheet_bad_bool");
}

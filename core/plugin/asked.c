#include "plugin/asked.h"

#include <string.h>

#include "base/str.h"
#include "base/time.h"
#include "base/uuid.h"
#include "record/shape.h"

static bool digits(const char *s, size_t n)
{
    return strlen(s) == n && strspn(s, "0123456789") == n;
}

static bool is_int(const char *s)
{
    int64_t n;
    return str_int64(s, &n);
}

static bool is_bool(const char *s)
{
    return str_has_word("true false", s);
}

static bool is_date(const char *s)
{
    struct date d;
    return date_parse(s, &d);
}

static bool is_time(const char *s)
{
    int64_t at;
    return time_parse(s, &at);
}

static bool is_month(const char *s)
{
    char day[DATE_TEXT];
    return str_format(day, sizeof day, "%s-01", s) && is_date(day);
}

static bool is_year(const char *s)
{
    return digits(s, 4);
}

static bool is_township(const char *s)
{
    return digits(s, 9);
}

static bool is_div(const char *s)
{
    return digits(s, 12);
}

/* As record/shape.h names them; whatever else there is takes any text. */
static const struct {
    const char *word;
    bool (*fits)(const char *);
    const char *fault;
} types[] = {
    {"uuid", uuid_valid, "id_expected"}, {"int", is_int, "bad_value"},
    {"bool", is_bool, "bad_value"},      {"date", is_date, "date_expected"},
    {"time", is_time, "time_expected"},  {"month", is_month, "period_expected"},
    {"year", is_year, "bad_value"},      {"township", is_township, "division"},
    {"div", is_div, "division"},
};

/* What stands behind the colon: a type, or "(a|b)"; NULL where there is none. */
static const char *type_take(struct shape *s)
{
    if (*s->at != ':')
        return NULL;
    const char *type = s->at + 1;
    size_t n = *type == '(' ? strcspn(type, ")") + 1 : strcspn(type, " \n");
    s->at = type + n;
    return arena_strndup(s->a, type, n);
}

static bool one_of(const char *words, const char *value)
{
    size_t n;
    for (const char *at = words + 1; *at; at += n + 1) {
        n = strcspn(at, "|)");
        if (strlen(value) == n && memcmp(at, value, n) == 0)
            return true;
    }
    return false;
}

/* The code of what is wrong with a value, NULL when nothing is. */
static const char *fault_of(const char *type, const char *value)
{
    if (type && *type == '(')
        return one_of(type, value) ? NULL : "bad_value";
    for (size_t i = 0; type && i < sizeof types / sizeof types[0]; i++)
        if (str_eq(type, types[i].word))
            return types[i].fits(value) ? NULL : types[i].fault;
    return NULL;
}

static void refuse(struct call *c, const char *name, const char *code)
{
    const char *const args[] = {name, NULL};
    fault_add(c, arena_printf(c->arena, "?%s", name), code, args);
}

bool asked_check(struct call *c, const char *asks)
{
    struct shape s = {.at = asks ? asks : "", .a = c->arena};
    const char *name, *known = "";
    char mark;
    while (shape_member(&s, &name, &mark)) {
        const char *type = type_take(&s), *value = call_query(c, name);
        const char *fault = value ? fault_of(type, value) : mark ? NULL : "required";
        if (fault)
            refuse(c, name, fault);
        known = arena_printf(c->arena, "%s %s", known, name);
    }
    for (int i = 0; i < c->nquery; i++)
        if (!str_has_word(known, c->query[i].name))
            refuse(c, c->query[i].name, "unknown_parameter");
    return !faults_reply_as(c, 400, "bad_query");
}

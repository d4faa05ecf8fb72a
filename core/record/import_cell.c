/* From a cell to a JSON value, so that what follows are the checks that every body goes through. */
#include <string.h>

#include "base/str.h"
#include "base/time.h"
#include "json/jw.h"
#include "record/codes.h"
#include "record/import.h"
#include "sheet/damage.h"

enum { VALUE_MAX = 256 * 1024 };

static const char *json_text(struct arena *a, const char *s)
{
    struct buf b;
    struct jw w;
    const char *out;
    buf_init(&b, VALUE_MAX);
    jw_init(&w, &b);
    jw_text(&w, s);
    out = b.over ? NULL : arena_strndup(a, b.p, b.n);
    buf_free(&b);
    return out;
}

/* ---- by type --------------------------------------------------------------------------------- */

/* "2025-12-01 08:30[:00]" is a moment in China; what carries its own offset stays. */
static const char *moment_text(struct arena *a, const char *s)
{
    struct date d;
    size_t n = strlen(s);
    if (n == 10 && date_parse(s, &d))
        return arena_printf(a, "%sT00:00:00+08:00", s);
    if (n == 16 && (s[10] == ' ' || s[10] == 'T'))
        return arena_printf(a, "%.10sT%s:00+08:00", s, s + 11);
    if (n == 19 && (s[10] == ' ' || s[10] == 'T'))
        return arena_printf(a, "%.10sT%s+08:00", s, s + 11);
    return s;
}

/* "08:30:00" as Excel has it, "8:30" as people write it. */
static const char *clock_text(struct arena *a, const char *s)
{
    size_t n = strlen(s);
    if (n == 8 && str_eq(s + 5, ":00"))
        return arena_strndup(a, s, 5);
    return n == 4 && s[1] == ':' ? arena_printf(a, "0%s", s) : s;
}

/* A code, or what people call it. */
static const char *code_text(struct arena *a, const char *tab, const char *text)
{
    const struct code *c = code_find(tab, text, date_today());
    struct sheet_cell cell = {.kind = SHEET_TEXT, .text = text, .n = strlen(text), .raw = text};
    char *plain;
    if (!c)
        c = code_by_label(tab, text, date_today());
    if (c)
        return c->code;
    plain = arena_alloc(a, damage_room(&cell));
    damage_code(&cell, plain);
    c = code_find(tab, plain, date_today());
    return c ? c->code : text;
}

/* "独居、高龄; 2" → ["1","3","2"] */
static const char *codes_json(struct arena *a, const char *tab, const char *text)
{
    static const char *const marks[] = {"、", "，", "；", ";", ",", "|", "\n", "/"};
    struct buf b;
    const char *out;
    buf_init(&b, VALUE_MAX);
    buf_char(&b, '[');
    for (int n = 0; *text;) {
        const char *end = text + strlen(text);
        size_t skip = 0;
        for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
            const char *at = strstr(text, marks[i]);
            if (at && at < end) {
                end = at;
                skip = strlen(marks[i]);
            }
        }
        while (text < end && *text == ' ')
            text++;
        const char *stop = end;
        while (stop > text && stop[-1] == ' ')
            stop--;
        if (stop > text) {
            const char *one = arena_strndup(a, text, (size_t)(stop - text));
            buf_str(&b, n++ ? "," : "");
            buf_str(&b, json_text(a, code_text(a, tab, one)));
        }
        text = end + skip;
    }
    buf_char(&b, ']');
    out = b.over ? NULL : arena_strndup(a, b.p, b.n);
    buf_free(&b);
    return out;
}

typedef struct damage (*mender)(const struct sheet_cell *cell, char *out);

/* What mends the cells of a type, and whether what comes out is JSON as it stands. */
static const struct {
    mender mend;
    bool bare;
} types[] = {
    [WL_TEXT] = {damage_text, false},       [WL_NAME] = {damage_text, false},
    [WL_INTEGER] = {damage_number, true},   [WL_MONEY] = {damage_money, true},
    [WL_BOOL] = {damage_bool, true},        [WL_DATE] = {damage_date, false},
    [WL_TIME] = {damage_text, false},       [WL_CHOICE] = {damage_text, false},
    [WL_CHOICES] = {damage_text, false},    [WL_REFERENCE] = {damage_text, false},
    [WL_STAFF] = {damage_text, false},      [WL_DIVISION] = {damage_code, false},
    [WL_ID_NUMBER] = {damage_id_number, false}, [WL_PHONE] = {damage_phone, false},
    [WL_DECIMAL] = {damage_number, false},  [WL_CLOCK] = {damage_text, false},
    [WL_USCC] = {damage_id_number, false},  [WL_CARD] = {damage_id_number, false},
};

/* The number that the API reads as an integer; with a fraction it stays one, and is refused. */
static const char *whole(struct arena *a, const char *text)
{
    const char *dot = strchr(text, '.');
    if (dot && dot[1 + strspn(dot + 1, "0")] == 0)
        return arena_strndup(a, text, (size_t)(dot - text));
    return text;
}

static const char *typed(struct arena *a, const struct rec_field *f, const char *text)
{
    switch (f->d.type) {
    case WL_TIME:
        return json_text(a, moment_text(a, text));
    case WL_CLOCK:
        return json_text(a, clock_text(a, text));
    case WL_CHOICE:
        return json_text(a, code_text(a, f->d.of, text));
    case WL_CHOICES:
        return codes_json(a, f->d.of, text);
    case WL_INTEGER:
        return whole(a, text);
    case WL_REFERENCE:
    case WL_STAFF:
        return text;
    default:
        return types[f->d.type].bare ? text : json_text(a, text);
    }
}

const char *import_value(struct arena *a, const struct rec_field *f, const struct sheet_cell *cell,
                         const char **fault)
{
    char *out = arena_alloc(a, damage_room(cell));
    struct damage d = types[f->d.type].mend(cell, out);
    if (d.result == DAMAGE_LOST) {
        *fault = d.code;
        return NULL;
    }
    return *out ? typed(a, f, out) : NULL;
}

/* ---- rows ------------------------------------------------------------------------------------ */

static const char *plain_value(struct arena *a, const struct sheet_cell *cell)
{
    char *out = arena_alloc(a, damage_room(cell));
    damage_code(cell, out);
    return *out ? json_text(a, out) : NULL;
}

void import_row_add(struct import *m, const struct sheet_row *cells)
{
    struct import_row *row = &m->row[m->n++];
    memset(row, 0, sizeof *row);
    row->place = cells->number;
    row->value = arena_alloc(m->arena, (size_t)m->ncolumns * sizeof *row->value);
    for (int i = 0; i < m->ncolumns && (size_t)i < cells->count; i++) {
        const struct sheet_cell *cell = &cells->cell[i];
        const struct rec_field *f = m->column[i] >= 0 ? &m->r->fields[m->column[i]] : NULL;
        const char *fault = NULL;
        if (cell->kind == SHEET_EMPTY || m->column[i] == IMPORT_IGNORED)
            continue;
        row->value[i] =
            f ? import_value(m->arena, f, cell, &fault) : plain_value(m->arena, cell);
        if (fault)
            import_fault_add(row, f->d.name, fault, import_text(m, fault));
        m->bytes += cell->n;
    }
    row->nread = row->nfault;
}

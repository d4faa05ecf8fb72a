/* Which column of the file is which field. */
#include <string.h>
#include <strings.h>

#include "base/str.h"
#include "call/messages.h"
#include "record/import.h"
#include "record/label.h"
#include "sheet/damage.h"

enum { WHAT_UNKNOWN = -4 };

static bool label_is(const struct rec *r, const char *key, const char *text)
{
    for (int lang = LANG_ZH; lang <= LANG_EN; lang++) {
        const char *label = message_find((enum lang)lang, r->owner, key);
        if (label && strcasecmp(label, text) == 0)
            return true;
    }
    return false;
}

/* By its name, or by what people call it in either language. */
static bool field_called(struct arena *a, const struct rec *r, const char *name, const char *text)
{
    return strcasecmp(name, text) == 0 || label_is(r, label_field(a, r, name), text) ||
           label_is(r, arena_printf(a, "import.%s", name), text);
}

static int what_of(struct arena *a, const struct rec *r, const char *text)
{
    if (field_called(a, r, "id", text))
        return IMPORT_ID;
    if (field_called(a, r, "div", text))
        return IMPORT_DIV;
    for (int i = 0; i < r->nfields; i++)
        if (field_called(a, r, r->fields[i].d.name, text))
            return i;
    return WHAT_UNKNOWN;
}

/* A heading without the mark of what is required and without the unit in brackets, which a template
 * may carry: "金额（元）*" is "金额". */
static char *heading_text(struct arena *a, const struct sheet_cell *cell)
{
    char *out = arena_alloc(a, damage_room(cell));
    size_t n;
    damage_text(cell, out);
    for (n = strlen(out); n > 0 && (out[n - 1] == '*' || out[n - 1] == ' '); n--)
        out[n - 1] = 0;
    return out;
}

static char *without_unit(struct arena *a, const char *text)
{
    const char *wide = strstr(text, "（"), *narrow = strchr(text, '(');
    const char *end = wide && (!narrow || wide < narrow) ? wide : narrow;
    if (!end || end == text)
        return NULL;
    while (end > text && end[-1] == ' ')
        end--;
    return arena_strndup(a, text, (size_t)(end - text));
}

/* What the caller said about a heading: {"姓名": "name", "备注": null}. */
static bool told(const struct import *m, const char *text, int *what)
{
    const struct jv *v = jv_get(jv_get(m->job->params, "columns"), text);
    if (!v)
        return false;
    const char *name = jv_text(v);
    *what = !name ? IMPORT_IGNORED
            : str_eq(name, "id") ? IMPORT_ID
            : str_eq(name, "div") ? IMPORT_DIV
                                  : rec_field_find(m->r, name);
    if (name && *what == -1 && !str_eq(name, "id"))
        *what = WHAT_UNKNOWN;
    return true;
}

/* Why the field cannot be imported; NULL when it can. State and number come with exported files:
 * whoever sends one back need not delete their columns. */
static const char *why_not(const struct rec *r, int what)
{
    if (what < 0)
        return NULL;
    const struct wl_field *d = &r->fields[what].d;
    if (d->type == WL_FILE || d->type == WL_LIST)
        return "import_not_in_table";
    return NULL;
}

static int heading_what(const struct import *m, const char *text)
{
    struct arena *a = m->job->arena;
    int what = WHAT_UNKNOWN;
    if (told(m, text, &what))
        return what;
    what = what_of(a, m->r, text);
    const char *bare = what == WHAT_UNKNOWN ? without_unit(a, text) : NULL;
    return bare ? what_of(a, m->r, bare) : what;
}

static bool writable(const struct rec *r, int what)
{
    const struct wl_field *d = what >= 0 ? &r->fields[what].d : NULL;
    return !d || (!(d->flags & (WL_COMPUTED | WL_ACTION)) && d->type != WL_SERIAL &&
                  what != r->state);
}

bool import_given(const struct import *m, int what, int *column)
{
    for (int i = 0; i < m->ncolumns; i++)
        if (m->column[i] == what) {
            if (column)
                *column = i;
            return true;
        }
    return false;
}

static void head_fault(struct import *m, struct import_row *faults, const char *col,
                       const char *code, const char *arg)
{
    const char *const args[] = {arg, NULL};
    import_fault_add(faults, col, code,
                     message_fill(m->job->arena, import_text(m, code), args));
}

static void column_take(struct import *m, const struct sheet_cell *cell, struct import_row *faults)
{
    const char *text = heading_text(m->job->arena, cell);
    int what = *text ? heading_what(m, text) : IMPORT_IGNORED;
    const char *fault = what == WHAT_UNKNOWN ? "import_heading_unknown" : why_not(m->r, what);
    if (!fault && what != IMPORT_IGNORED && import_given(m, what, NULL))
        fault = "import_heading_twice";
    if (fault)
        head_fault(m, faults, NULL, fault, text);
    if (fault || !writable(m->r, what))
        what = IMPORT_IGNORED;
    m->column[m->ncolumns++] = what;
    if (what >= 0)
        m->mapped |= UINT64_C(1) << what;
}

/* What must be there: every required field to create, the key or the id to find a row by. */
static void missing_look(struct import *m, struct import_row *faults)
{
    const struct rec *r = m->r;
    bool found = import_given(m, IMPORT_ID, NULL) || r->bulk->nkey > 0;
    for (int i = 0; i < r->nfields && m->mode != IMPORT_UPDATE; i++)
        if ((r->fields[i].d.flags & WL_REQUIRED) && !(m->mapped >> i & 1))
            head_fault(m, faults, r->fields[i].d.name, "import_heading_missing",
                       r->fields[i].d.name);
    for (int i = 0; i < r->bulk->nkey && m->mode != IMPORT_CREATE; i++)
        if (!import_given(m, IMPORT_ID, NULL))
            found = found && (m->mapped >> r->bulk->key[i] & 1);
    if (m->mode != IMPORT_CREATE && !found)
        head_fault(m, faults, NULL, "import_key_missing", NULL);
}

bool import_head_read(struct import *m, const struct sheet_row *head, struct import_row *faults)
{
    faults->place = head->number;
    for (size_t i = 0; i < head->count && i < SHEET_COLUMNS_MAX; i++)
        column_take(m, &head->cell[i], faults);
    missing_look(m, faults);
    return faults->nfault == 0;
}

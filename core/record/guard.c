#include "record/guard.h"

#include <ctype.h>
#include <string.h>

#include "base/str.h"
#include "call/messages.h"
#include "record/may.h"
#include "record/rec_compile.h"

/* ---- what may be declared -------------------------------------------------------------------- */

static const char *guard_wrong(const struct rec *r, struct rec_guard *x)
{
    if ((x->field = x->d.field ? rec_field_find(r, x->d.field) : -1) < 0)
        return "`field` must name a field of the record: there the fault stands";
    if (!x->d.refusal || !rec_word_valid(x->d.refusal))
        return "`refusal` must name the fault's code in lower-case snake_case";
    if (!x->d.holds.text || !rec_fragment_whole(x->d.holds.text))
        return "`holds` " REC_FRAGMENT_FAULT;
    return NULL;
}

static const char *fixed_wrong(const struct rec *r)
{
    const char *when = r->d.fixed_when.text, *refusal = r->d.fixed_refusal;
    if (!when && !refusal)
        return NULL;
    if (!when || !refusal || !rec_word_valid(refusal))
        return "fixed_when and fixed_refusal belong together; set both, the second in lower-case"
               " snake_case";
    return rec_fragment_whole(when) ? NULL : REC_FRAGMENT_FAULT;
}

bool guards_compile(struct arena *a, struct rec *r, const char **why)
{
    const char *fault = fixed_wrong(r);
    if (fault)
        return rec_fail(a, why, r, "fixed_when", r->d.fixed_refusal, fault);
    for (uint32_t i = 0; i < r->d.guards.count; i++) {
        struct rec_guard *x = &r->guards[r->nguards];
        if (r->nguards == REC_GUARDS_MAX)
            return rec_fail(a, why, r, "guard", NULL, "too many guards: at most 16; join some");
        table_row(&r->d.guards, i, &x->d, sizeof x->d);
        fault = guard_wrong(r, x);
        if (fault)
            return rec_fail(a, why, r, "guard", x->d.refusal, fault);
        r->nguards++;
    }
    return true;
}

static bool word_char(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

bool guards_name(const struct rec *r, const char *column)
{
    size_t n = strlen(column);
    for (int i = 0; i < r->nguards; i++) {
        const char *sql = r->guards[i].d.holds.text;
        for (const char *at = sql; (at = strstr(at, "t.")); at += 2)
            if ((at == sql || !word_char(at[-1])) && strncmp(at + 2, column, n) == 0 &&
                !word_char(at[2 + n]))
                return true;
    }
    return false;
}

/* ---- SQL ------------------------------------------------------------------------------------- */

void guard_add(struct sql *s, const struct rec *r, int i)
{
    ADD(s, "coalesce((%s), false)", r->guards[i].d.holds.text);
}

void fixed_where(struct sql *s, const struct rec *r)
{
    if (r->d.fixed_when.text)
        ADD(s, " and not coalesce((%s), false)", r->d.fixed_when.text);
}

void fixed_select(struct buf *b, const struct rec *r, bool list)
{
    const char *when = r->d.fixed_when.text;
    if (list && (!when || may_queries(when)))
        return;
    buf_printf(b, when ? ", coalesce((%s), false) as is_fixed" : ", false as is_fixed", when);
}

/* ---- what came of it ------------------------------------------------------------------------- */

void guard_fault(struct call *c, const struct rec *r, int i)
{
    const struct rec_guard *x = &r->guards[i];
    const char *key = arena_printf(c->arena, "rule.%s", x->d.refusal);
    fault_text(c, r->fields[x->field].pointer, x->d.refusal, message(c->lang, r->owner, key));
}

bool fixed_refused(struct call *c, const struct rec *r, const struct db_rows *before)
{
    int fixed = rows_column(before, "is_fixed");
    if (!r->d.fixed_when.text || fixed < 0 || !rows_bool(before, 0, fixed))
        return false;
    return problem(c, 409, r->d.fixed_refusal), true;
}

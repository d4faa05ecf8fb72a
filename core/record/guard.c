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

/* Gives each guard the text that is declared for it. */
static bool texts_compile(struct arena *a, struct rec *r, const char **why)
{
    for (uint32_t i = 0; i < r->d.guard_texts.count; i++) {
        struct wl_guard_text d;
        struct rec_guard *x = NULL;
        table_row(&r->d.guard_texts, i, &d, sizeof d);
        for (int k = 0; k < r->nguards; k++)
            if (str_eq(r->guards[k].d.refusal, d.refusal))
                x = &r->guards[k];
        if (!x)
            return rec_fail(a, why, r, "guard text", d.refusal,
                            "is of no guard of the record; mend `refusal`");
        if (!d.tells.text || !rec_fragment_whole(d.tells.text))
            return rec_fail(a, why, r, "guard text", d.refusal, "`tells` " REC_FRAGMENT_FAULT);
        x->tells = d.tells.text;
    }
    return true;
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
    return texts_compile(a, r, why);
}

static bool word_char(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

static bool sql_names(const char *sql, const char *column, size_t n)
{
    for (const char *at = sql; at && (at = strstr(at, "t.")); at += 2)
        if ((at == sql || !word_char(at[-1])) && strncmp(at + 2, column, n) == 0 &&
            !word_char(at[2 + n]))
            return true;
    return false;
}

bool guards_name(const struct rec *r, const char *column)
{
    size_t n = strlen(column);
    for (int i = 0; i < r->nguards; i++) {
        if (sql_names(r->guards[i].d.holds.text, column, n) ||
            sql_names(r->guards[i].tells, column, n))
            return true;
    }
    return false;
}

/* ---- SQL ------------------------------------------------------------------------------------- */

void guard_add(struct sql *s, const struct rec *r, int i)
{
    ADD(s, "coalesce((%s), false)", r->guards[i].d.holds.text);
}

/* Behind the letters: for each guard that tells something what it tells, where it does not hold. */
void guards_tell(struct sql *s, const struct rec *r)
{
    for (int i = 0; i < r->nguards; i++) {
        if (!r->guards[i].tells)
            continue;
        ADD(s, ", E'\\x1e', case when not ");
        guard_add(s, r, i);
        ADD(s, " then array_to_string((%s), E'\\x1f', '') end", r->guards[i].tells);
    }
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

enum { TOLD_MAX = 10 };

/* What guard i tells, of "tft\x1e<of one guard>\x1e<of the next>": its parts, ended by NULL. */
static const char *const *guard_told(struct call *c, const struct rec *r, int i, const char *told)
{
    const char **args = arena_alloc(c->arena, (TOLD_MAX + 1) * sizeof *args);
    const char *at = strchr(told, '\x1e');
    for (int k = 0; k < i && at; k++)
        if (r->guards[k].tells)
            at = strchr(at + 1, '\x1e');
    int n = 0;
    for (args[0] = NULL; at && n < TOLD_MAX && (n == 0 || *at == '\x1f'); n++) {
        size_t len = strcspn(at + 1, "\x1e\x1f");
        args[n] = arena_strndup(c->arena, at + 1, len);
        args[n + 1] = NULL;
        at += len + 1;
    }
    return args;
}

void guard_fault(struct call *c, const struct rec *r, int i, const char *told)
{
    const struct rec_guard *x = &r->guards[i];
    const char *key = arena_printf(c->arena, "rule.%s", x->d.refusal);
    const char *text = message(c->lang, r->owner, key);
    if (x->tells)
        text = message_fill(c->arena, text, guard_told(c, r, i, told));
    fault_text(c, r->fields[x->field].pointer, x->d.refusal, text);
}

bool fixed_refused(struct call *c, const struct rec *r, const struct db_rows *before)
{
    int fixed = rows_column(before, "is_fixed");
    if (!r->d.fixed_when.text || fixed < 0 || !rows_bool(before, 0, fixed))
        return false;
    return problem(c, 409, r->d.fixed_refusal), true;
}

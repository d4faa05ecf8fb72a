#include "record/effect.h"

#include <string.h>

#include "base/log.h"
#include "base/str.h"
#include "record/bulk.h"
#include "record/effect_sql.h"
#include "record/rec_compile.h"

/* ---- the description ------------------------------------------------------------------------- */

static const char *on_read(struct arena *a, const struct rec *r, struct rec_effect *e)
{
    static const char unknown[] =
        "`on` names neither create nor an action of the record; mend the word";
    size_t n;
    if (!e->d.on || !*e->d.on)
        return "`on` is missing: name create or actions of the record";
    for (const char *at = e->d.on, *w; (w = str_word_next(&at, &n));) {
        const char *word = arena_strndup(a, w, n);
        int i = 0;
        while (i < r->nactions && !str_eq(r->actions[i].d.name, word))
            i++;
        if (i < r->nactions)
            e->actions |= UINT32_C(1) << i;
        else if (!str_eq(word, "create"))
            return unknown;
        else if (!(r->verbs & REC_CREATE))
            return "`on` names create, which is not among the record's verbs; mend the word";
        else
            e->create = true;
    }
    return NULL;
}

static const char *effect_fault(struct arena *a, const struct rec *r, struct rec_effect *e)
{
    const char *fault = on_read(a, r, e);
    if (!fault && e->d.when.text && !rec_fragment_whole(e->d.when.text))
        fault = "when " REC_FRAGMENT_FAULT;
    return fault ? fault
                 : make_compile(a, r->owner, e->d.record, e->d.rows.text, e->d.set.text, &e->make);
}

bool effects_build(struct arena *a, struct rec *r, const char **why)
{
    if (r->d.effects.count == 0)
        return true;
    if (r->d.effects.count > REC_EFFECTS_MAX)
        return rec_fail(a, why, r, "effect", NULL,
                        "too many effects: at most 16; make one of several");
    struct rec_effects *all = arena_alloc(a, sizeof *all);
    all->item = arena_alloc(a, r->d.effects.count * sizeof *all->item);
    for (uint32_t i = 0; i < r->d.effects.count; i++) {
        struct rec_effect *e = &all->item[all->n];
        table_row(&r->d.effects, i, &e->d, sizeof e->d);
        const char *fault = effect_fault(a, r, e);
        if (!fault && !effect_texts(a, r, e, all->n))
            fault = "its statements are too long; make rows shorter";
        if (fault)
            return rec_fail(a, why, r, "effect", e->d.on, fault);
        all->n++;
    }
    r->effects = all;
    return true;
}

const struct rec *effect_target(const struct rec *r, int i)
{
    return r->effects && i < r->effects->n ? r->effects->item[i].make.to : NULL;
}

/* ---- in a batch ------------------------------------------------------------------------------ */

static void effect_add(struct call *c, struct db_batch *b, const struct rec_effect *e,
                       const char *ids)
{
    const char **p = rec_params(c, 7);
    p[3] = ids;
    p[4] = c->id;
    p[5] = c->actor->role;
    p[6] = c->address;
    if (e->counter)
        batch_add(b, e->counter, 5, p);
    batch_add(b, e->write, e->seal ? 5 : 7, p);
    if (!e->seal)
        return;
    p = rec_params(c, 6);
    p[3] = c->actor->role;
    p[4] = c->id;
    p[5] = c->address;
    batch_add(b, e->seal, 6, p);
}

/* What is changed may be changed by several of the rows, each from what the one before left. */
void effects_add(struct call *c, struct db_batch *b, const struct rec *r,
                 const struct rec_action *x, const char *const *ids, int n)
{
    for (int i = 0; r->effects && i < r->effects->n; i++) {
        const struct rec_effect *e = &r->effects->item[i];
        if (!(x ? e->actions >> (x - r->actions) & 1 : e->create))
            continue;
        int step = e->make.set ? 1 : n;
        for (int k = 0; k < n; k += step)
            effect_add(c, b, e, bulk_array(c->arena, &ids[k], step));
    }
}

/* ---- refused --------------------------------------------------------------------------------- */

static bool is_effects(const struct rec *r, const struct db_stmt *stmt)
{
    for (int i = 0; r->effects && i < r->effects->n; i++) {
        const struct rec_effect *e = &r->effects->item[i];
        if (stmt == e->counter || stmt == e->write || stmt == e->seal)
            return true;
    }
    return false;
}

bool effect_refused(struct call *c, const struct db_batch *b, const struct rec *r)
{
    int at = b->error.stmt;
    const char *state = b->error.sqlstate;
    if (at < 0 || at >= b->n || !is_effects(r, b->item[at].stmt))
        return false;
    if (str_eq(state, "WL424") || str_eq(state, "42501"))
        return problem(c, 409, "effect_out_of_reach"), true;
    if (!str_starts(state, "22") && !str_starts(state, "23"))
        return false;
    log_line(LOG_WARN, "effect_refused", "sqlstate %s constraint %s request %s", state,
             b->error.constraint ? b->error.constraint : "", c->id);
    return problem(c, 409, "effect_refused"), true;
}

#include "report/figure.h"

#include <string.h>

#include "base/str.h"

enum column { COL_TOWNSHIP, COL_KIND, COL_ALL_TOWNSHIPS, COL_ALL_KINDS, COL_N, COL_C, COL_P };

static struct cell *cell_find(const struct figure *f, const char *township, const char *kind)
{
    for (int i = 0; i < f->n; i++)
        if (str_eq(f->cell[i].township, township) && str_eq(f->cell[i].kind, kind))
            return &f->cell[i];
    return NULL;
}

static struct cell *cell_add(struct arena *a, struct figure *f, const char *township,
                             const char *kind)
{
    if (f->n == f->room) {
        struct cell *wider = arena_alloc(a, (size_t)(f->room = 2 * f->room + 32) * sizeof *wider);
        if (f->n)
            memcpy(wider, f->cell, (size_t)f->n * sizeof *wider);
        f->cell = wider;
    }
    struct cell *c = &f->cell[f->n++];
    *c = (struct cell){.township = township, .kind = kind};
    return c;
}

static struct cell *cell_of(struct arena *a, struct figure *f, const char *township,
                            const char *kind)
{
    struct cell *c = cell_find(f, township, kind);
    return c ? c : cell_add(a, f, township, kind);
}

const struct cell *figure_cell(const struct figure *f, const char *township, const char *kind)
{
    static const struct cell none;
    const struct cell *c = cell_find(f, township, kind);
    return c ? c : &none;
}

int64_t figure_value(const struct indicator *x, const struct cell *cell, bool persons)
{
    if (persons || !(x->d.flags & WL_MEAN))
        return persons ? cell->p : cell->n;
    return cell->c ? (2 * cell->n + cell->c) / (2 * cell->c) : 0;
}

void figure_live(struct arena *a, struct figure *f, const struct db_rows *rows)
{
    *f = (struct figure){0};
    for (int i = 0; i < rows_count(rows); i++) {
        bool all_kinds = rows_int(rows, i, COL_ALL_KINDS) == 1;
        const char *kind = rows_text(rows, i, COL_KIND);
        if (!all_kinds && !*kind)
            continue; /* of no kind: in the whole alone */
        struct cell *c = cell_add(a, f, rows_text(rows, i, COL_TOWNSHIP), kind);
        c->n = rows_int(rows, i, COL_N);
        c->c = rows_int(rows, i, COL_C);
        c->p = rows_int(rows, i, COL_P);
    }
}

/* ---- what was sent --------------------------------------------------------------------------- */

static void township_drop(struct figure *f, const char *township)
{
    int kept = 0;
    for (int i = 0; i < f->n; i++)
        if (!str_eq(f->cell[i].township, township))
            f->cell[kept++] = f->cell[i];
    f->n = kept;
}

static int64_t int_of(const struct jv *v)
{
    int64_t n = 0;
    return jv_int(v, &n) ? n : 0;
}

static void cell_sent(struct arena *a, struct figure *f, const char *township, const char *kind,
                      const struct jv *const of[3], bool own)
{
    struct cell *c = cell_of(a, f, own ? "" : township, kind);
    c->p = int_of(of[2]);
    if (own)
        return;
    c->n = int_of(of[0]);
    c->c = int_of(of[1]);
}

static void place_sent(struct arena *a, struct figure *f, const struct jv *place)
{
    const struct jv *of[] = {jv_at(place, 2), jv_at(place, 3), jv_at(place, 4)};
    cell_sent(a, f, jv_text(jv_at(place, 0)), jv_text(jv_at(place, 1)), of, false);
}

void figure_sent(struct arena *a, struct figure *f, const char *township, const struct jv *sent,
                 bool own)
{
    const struct jv *whole[] = {jv_get(sent, "n"), jv_get(sent, "c"), jv_get(sent, "p")}, *kind;
    const char *name;
    void *at = NULL;
    township_drop(f, township);
    cell_sent(a, f, township, "", whole, own);
    while (jv_member(jv_get(sent, "k"), &at, &name, &kind)) {
        const struct jv *of[] = {jv_at(kind, 0), jv_at(kind, 1), jv_at(kind, 2)};
        cell_sent(a, f, township, name, of, own);
    }
    for (size_t i = 0; i < jv_count(jv_get(sent, "t")); i++)
        place_sent(a, f, jv_at(jv_get(sent, "t"), i));
}

/* ---- the whole ------------------------------------------------------------------------------- */

void figure_add_up(struct arena *a, struct figure *f)
{
    for (int i = 0; i < f->n; i++)
        if (!*f->cell[i].township)
            f->cell[i].n = f->cell[i].c = 0;
    for (int i = 0, n = f->n; i < n; i++)
        if (*f->cell[i].township) {
            const struct cell part = f->cell[i];
            struct cell *all = cell_of(a, f, "", part.kind);
            all->n += part.n;
            all->c += part.c;
        }
}

void figure_alone(struct arena *a, struct figure *f, const char *township)
{
    township_drop(f, "");
    figure_add_up(a, f);
    for (int i = 0; i < f->n; i++)
        if (!*f->cell[i].township)
            f->cell[i].p = figure_cell(f, township, f->cell[i].kind)->p;
}

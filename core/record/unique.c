#include "record/unique.h"

#include <string.h>

#include "base/str.h"
#include "record/label.h"
#include "record/rec_compile.h"

enum { COLUMN_NAME = 64 }; /* with its NUL, as PostgreSQL has them */

static bool equality_known(uint32_t type)
{
    return type != WL_BOOL && type != WL_CHOICES && type != WL_LIST && type != WL_FILE;
}

static void unique_add(struct arena *a, struct rec *r, const int *fields, int n)
{
    struct rec_unique *u = &r->uniques[r->nuniques++];
    u->columns = "";
    for (int i = 0; i < n; i++) {
        const struct rec_field *f = &r->fields[fields[i]];
        const char *column = r->columns[f->column + (rec_is_encrypted(f->d.type) ? 1 : 0)].name;
        u->fields[u->nfields++] = fields[i];
        u->columns = arena_printf(a, "%s%s%s", u->columns, i ? " " : "", column);
    }
}

int rec_key_fields(const struct rec *r, int fields[REC_KEY_MAX])
{
    int n = 0;
    for (int i = 0; i < r->nfields && n < REC_KEY_MAX; i++)
        if (r->fields[i].d.flags & WL_KEY)
            fields[n++] = i;
    return n;
}

bool uniques_compile(struct arena *a, struct rec *r, const char **why)
{
    int key[REC_KEY_MAX], nkeys = 0;
    for (int i = 0; i < r->nfields; i++) {
        const struct wl_field *d = &r->fields[i].d;
        nkeys += (d->flags & WL_KEY) != 0;
        if ((d->flags & (WL_UNIQUE | WL_KEY)) && !equality_known(d->type))
            return rec_fail(a, why, r, "field", d->name,
                            "yes or no, lists and files tell no rows apart; drop WL_UNIQUE and"
                            " WL_KEY");
        if (nkeys > REC_KEY_MAX)
            return rec_fail(a, why, r, "field", d->name,
                            "an import key has at most 4 fields; drop WL_KEY");
        if (d->flags & WL_UNIQUE)
            unique_add(a, r, &i, 1);
    }
    nkeys = rec_key_fields(r, key);
    for (int i = 0; i < nkeys && nkeys > 1; i++)
        if (!(r->fields[key[i]].d.flags & WL_REQUIRED))
            return rec_fail(a, why, r, "field", r->fields[key[i]].d.name,
                            "is part of an import key of several fields and may be empty; add"
                            " WL_REQUIRED");
    if (nkeys == 1 && !(r->fields[key[0]].d.flags & WL_UNIQUE))
        return rec_fail(a, why, r, "field", r->fields[key[0]].d.name,
                        "is the import key, but two rows may hold the same; add WL_UNIQUE");
    if (nkeys > 1)
        unique_add(a, r, key, nkeys);
    return true;
}

/* ---- the indexes ----------------------------------------------------------------------------- */

static int word_count(const char *words)
{
    size_t n;
    int count = 0;
    for (const char *at = words; str_word_next(&at, &n);)
        count++;
    return count;
}

/* The same columns, in any order behind county. */
static bool keys_equal(const char *keys, const char *columns)
{
    char word[COLUMN_NAME];
    size_t n;
    if (!str_starts(keys, "county ") || word_count(keys) != word_count(columns) + 1)
        return false;
    for (const char *at = columns, *w; (w = str_word_next(&at, &n));)
        if (!str_format(word, sizeof word, "%.*s", (int)n, w) || !str_has_word(keys, word))
            return false;
    return true;
}

static const char *comma_list(struct arena *a, const char *words)
{
    size_t n;
    const char *out = "county";
    for (const char *at = words, *w; (w = str_word_next(&at, &n));)
        out = arena_printf(a, "%s, %.*s", out, (int)n, w);
    return out;
}

bool uniques_find(struct arena *a, const struct catalog *db, struct rec *r, const char **why)
{
    const struct facts indexes = catalog_of(db, ABOUT_UNIQUE, r->name);
    for (int i = 0; i < r->nuniques; i++) {
        struct rec_unique *u = &r->uniques[i];
        for (int k = 0; k < indexes.n; k++)
            if (keys_equal(fact_text(&indexes, k, 1), u->columns))
                u->index = arena_strdup(a, fact_text(&indexes, k, 0));
        if (!u->index)
            return rec_fail(a, why, r, "field", r->fields[u->fields[0]].d.name,
                            arena_printf(a,
                                         "no unique index behind it; make one: create unique index"
                                         " on %s (%s) where deleted_at is null",
                                         r->name, comma_list(a, u->columns)));
    }
    return true;
}

void unique_trace(struct call *c, const struct rec_field *f)
{
    if (rec_is_encrypted(f->d.type))
        c->denial = "not_unique";
}

bool unique_fault(struct call *c, const struct rec *r, const char *constraint)
{
    for (int i = 0; i < r->nuniques; i++) {
        const struct rec_unique *u = &r->uniques[i];
        if (!str_eq(u->index, constraint))
            continue;
        const char *const args[] = {rec_labels(c, r, u->fields, u->nfields), NULL};
        fault_add(c, r->fields[u->fields[0]].pointer, "not_unique", args);
        for (int k = 0; k < u->nfields; k++)
            unique_trace(c, &r->fields[u->fields[k]]);
        return true;
    }
    return false;
}

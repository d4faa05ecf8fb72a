#include "record/brought.h"

#include <ctype.h>
#include <string.h>

#include "base/str.h"

static bool word_char(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

/* The next <word> of "v.<word>" behind *at, its length in *n; NULL: no more. */
static const char *word_next(const char *sql, const char **at, size_t *n)
{
    for (const char *v = *at; (v = strstr(v, "v.")); v += 2) {
        if (v > sql && (word_char(v[-1]) || v[-1] == '.'))
            continue;
        for (*n = 0; word_char(v[2 + *n]);)
            ++*n;
        *at = v + 2 + *n;
        return v + 2;
    }
    return NULL;
}

static bool column_taken(const struct rec *r, const struct rec_action *x, const char *name,
                         size_t n)
{
    for (int i = 0; i < r->ncolumns; i++) {
        const struct rec_column *c = &r->columns[i];
        if (c->field >= 0 && x->takes[c->field] && strlen(c->name) == n &&
            memcmp(c->name, name, n) == 0)
            return true;
    }
    return false;
}

const char *brought_compile(struct arena *a, const struct rec *r, struct rec_action *x)
{
    const char *sql = x->d.guard.text, *at = sql, *word;
    size_t n;
    while (sql && (word = word_next(sql, &at, &n))) {
        if (!column_taken(r, x, word, n))
            return arena_printf(a,
                                "guard reads v.%.*s, which the action does not bring; name it in"
                                " `input`, or give that table another alias",
                                (int)n, word);
        x->brings = true;
    }
    return NULL;
}

const char *brought_guard(struct arena *a, const struct rec *r, const struct rec_action *x,
                          int first)
{
    const char *values = "";
    if (!x->brings)
        return arena_printf(a, "(%s)", x->d.guard.text);
    for (int i = 0; i < r->nfields; i++)
        for (int k = 0; x->takes[i] && k < r->fields[i].ncolumns; k++) {
            const struct rec_column *c = &r->columns[r->fields[i].column + k];
            values = arena_printf(a, "%s%s$%d::%s as %s", values, *values ? ", " : "", first++,
                                  c->type, c->name);
        }
    return arena_printf(a, "(select (%s) from (select %s) v)", x->d.guard.text, values);
}

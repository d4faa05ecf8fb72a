#include "iam/permission.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"

enum { GRANTS_MAX = 1 << 16, WORD_TEXT = 48, WHY_TEXT = 256 };

struct grant {
    const char *owner, *role;
    const char *permission; /* "<object>.<verb>" */
};

/* Filled at start, sorted by role and permission, only read afterwards, from any thread. */
static struct {
    struct grant *grant;
    size_t n, cap;
    const struct grant **slot; /* by hash, a quarter to a half of them taken */
    size_t slots;
    char why[WHY_TEXT];
} table;

/* --- declaring -------------------------------------------------------------------------------- */

static bool is_word(const char *s, size_t n)
{
    bool ok = n > 0 && n < WORD_TEXT;

    for (size_t i = 0; ok && i < n; i++)
        ok = (s[i] >= 'a' && s[i] <= 'z') || s[i] == '_';
    return ok;
}

static bool refuse(const char *owner, const struct wl_access *row, const char *what)
{
    str_format(table.why, sizeof table.why, "%s: access row %s/%s/%s: %s", owner,
               row->object ? row->object : "", row->role ? row->role : "",
               row->verbs ? row->verbs : "", what);
    return false;
}

static void grant_add(const char *owner, const char *role, const char *object, const char *verb,
                      size_t verb_n)
{
    size_t n = strlen(object) + 1 + verb_n + 1;
    char *permission = mem_alloc(n);

    str_format(permission, n, "%s.%.*s", object, (int)verb_n, verb);
    if (table.n == table.cap) {
        table.cap = table.cap ? 2 * table.cap : 256;
        table.grant = mem_resize(table.grant, table.cap, sizeof *table.grant);
    }
    table.grant[table.n++] = (struct grant){owner, role, permission};
}

static bool verbs_add(const char *owner, const struct role *role, const struct wl_access *row)
{
    const char *at = row->verbs;
    const char *verb;
    size_t n;

    while ((verb = str_word_next(&at, &n))) {
        if (!is_word(verb, n))
            return refuse(owner, row, "a verb is a lower-case word; mend `verbs`");
        if (table.n == GRANTS_MAX)
            return refuse(owner, row, "too many access rows; load fewer plugins");
        grant_add(owner, role->code, row->object, verb, n);
    }
    return true;
}

static bool row_add(const char *owner, const struct wl_access *row)
{
    bool core = str_eq(owner, "core");
    const struct role *role = role_find(row->role);

    if (!row->object || !row->role || !row->verbs || row->verbs[strspn(row->verbs, " ")] == '\0')
        return refuse(owner, row, "a cell is empty; set object, role and verbs");
    if (!is_word(row->object, strlen(row->object)))
        return refuse(owner, row, "an object is a lower-case word; mend `object`");
    if (core && str_eq(row->role, "*")) {
        for (role = iam_roles; role->code; role++)
            if (!verbs_add(owner, role, row))
                return false;
        return true;
    }
    if (!role)
        return refuse(owner, row, "no such role; name one of core.role");
    if (!core && role_is_administrator(role))
        return refuse(owner, row,
                      "administrators (三员) hold no permission of a service; drop the row");
    return verbs_add(owner, role, row);
}

static int by_role_and_permission(const void *x, const void *y)
{
    const struct grant *a = x;
    const struct grant *b = y;
    int order = strcmp(a->role, b->role);

    return order ? order : strcmp(a->permission, b->permission);
}

/* Where the grant stands or would. */
static const struct grant **slot_of(const char *role, const char *permission)
{
    size_t at = str_hash(role) * 31 + str_hash(permission);
    const struct grant *g;

    for (;; at++) {
        g = table.slot[at & (table.slots - 1)];
        if (!g || (strcmp(g->permission, permission) == 0 && strcmp(g->role, role) == 0))
            return &table.slot[at & (table.slots - 1)];
    }
}

static void slots_fill(void)
{
    mem_free(table.slot);
    for (table.slots = 1; table.slots < 2 * table.n + 1; table.slots *= 2)
        ;
    table.slot = mem_array(table.slots, sizeof *table.slot);
    for (size_t i = 0; i < table.n; i++)
        *slot_of(table.grant[i].role, table.grant[i].permission) = &table.grant[i];
}

bool permission_declare(const char *owner, struct wl_table access, const char **why)
{
    bool ok = true;

    /* A plugin may have been built when the row was shorter: what it lacks stays zero. */
    for (uint32_t i = 0; ok && i < access.count; i++) {
        struct wl_access row = {0};
        size_t n = access.stride < sizeof row ? access.stride : sizeof row;

        memcpy(&row, (const char *)access.rows + (size_t)i * access.stride, n);
        ok = row_add(owner, &row);
    }
    if (!ok)
        *why = table.why;
    if (table.n)
        qsort(table.grant, table.n, sizeof *table.grant, by_role_and_permission);
    slots_fill();
    return ok;
}

bool permission_declare_core(const char **why)
{
    return permission_declare("core", iam_matrix, why);
}

/* --- asking ----------------------------------------------------------------------------------- */

static bool matrix_holds(const char *role, const char *permission)
{
    return role && permission && table.n && *slot_of(role, permission);
}

bool permission_held(const char *role, const char *permission)
{
    return !APP_WALL || matrix_holds(role, permission);
}

bool permission_next(int *at, const char **owner, const char **role, const char **permission)
{
    if (*at < 0 || (size_t)*at >= table.n)
        return false;
    *owner = table.grant[*at].owner;
    *role = table.grant[*at].role;
    *permission = table.grant[*at].permission;
    ++*at;
    return true;
}

/* … and, with a narrowed token, the token carries it. */
static bool carried(const struct actor *a, const char *permission)
{
    return matrix_holds(a->role, permission) &&
           (!a->narrow || str_has_word(a->narrow, permission));
}

bool permission_has(const struct call *c, const char *permission)
{
    return !APP_WALL || carried(c->actor, permission);
}

const char *permission_choose(struct call *c, const char *alternatives)
{
    const char *at = alternatives;
    const char *word;
    size_t n;

    while ((word = str_word_next(&at, &n))) {
        char *one = arena_strndup(c->arena, word, n);

        if (carried(c->actor, one))
            return one;
    }
    if (APP_WALL)
        return NULL;
    at = alternatives; /* enter() must refuse it */
    word = str_word_next(&at, &n);
    return word ? arena_strndup(c->arena, word, n) : NULL;
}

bool permission_take(struct call *c)
{
    static const char masked_verb[] = ".masked";
    size_t n, m = strlen(masked_verb);

    if (!c->op->permission)
        return true;
    if (c->op->also && !permission_choose(c, c->op->also))
        return false;
    c->permission = permission_choose(c, c->op->permission);
    n = c->permission ? strlen(c->permission) : 0;
    c->masked = n >= m && strcmp(c->permission + n - m, masked_verb) == 0;
    return c->permission != NULL;
}

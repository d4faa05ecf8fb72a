/* The permission matrix (domain book 3.7, extended): role × object → verbs. One table in code for
 * the core's objects, plus each plugin's access rows. `wulian migrate` writes all of it to
 * core.role_permission, where enter() reads it; the application reads this one. */
#ifndef WULIAN_IAM_PERMISSION_H
#define WULIAN_IAM_PERMISSION_H

#include <stdbool.h>

#include <wulian/plugin.h>

#include "call/call.h"

/* Adds access rows (struct wl_access) under an owner's name ("core", "station", "elderly").
 * Start-up only, before the first thread. False and *why (lives as long as the process) for an
 * unknown role, an empty cell, a name that is no lower-case word, and a row that gives one of the
 * three administrators (三员) anything from another owner than the core. The core's own rows may name
 * the role "*": everyone. */
bool permission_declare(const char *owner, struct wl_table access, const char **why);
/* Declares iam_matrix under "core". Call it once, before the modules'. */
bool permission_declare_core(const char **why);
/* The matrix of the core's own objects (core/iam/matrix.c). */
extern const struct wl_table iam_matrix;
/* Whether the role holds "<object>.<verb>". */
bool permission_held(const char *role, const char *permission);
/* Walks everything declared, for migrate: false at the end. *at starts at 0. */
bool permission_next(int *at, const char **owner, const char **role, const char **permission);
/* The first of the space-separated alternatives that the actor holds and, with a narrowed API
 * token, that the token carries (copied into the call's arena), or NULL. */
const char *permission_choose(struct call *c, const char *alternatives);
/* Whether that would choose the one permission. */
bool permission_has(const struct call *c, const char *permission);
/* Chooses among c->op's alternatives: sets c->permission and c->masked; false when the actor holds
 * none. An op without a permission is everybody's. */
bool permission_take(struct call *c);
/* The role table: code, zh, en, kind; NULL code at the end. kind is 'business', 'sys', 'sec',
 * 'audit' or 'service'. */
struct role {
    const char *code, *zh, *en, *kind;
};
extern const struct role iam_roles[];
const struct role *role_find(const char *code); /* NULL: no such role */
/* One of the three administrators, who hold no business permission. */
bool role_is_administrator(const struct role *r);

#endif

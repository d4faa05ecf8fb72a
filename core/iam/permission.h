/* The permission matrix (domain book 3.7, extended): role × object → verbs. One table in code for the
 * core's objects, plus each plugin's access rows. `wulian migrate` writes all of it to
 * core.role_permission, where enter() reads it; the application reads this one. */
#ifndef WULIAN_IAM_PERMISSION_H
#define WULIAN_IAM_PERMISSION_H

#include <stdbool.h>

#include <wulian/plugin.h>

#include "call/call.h"

/* Adds access rows (struct wl_access) under an owner's name ("core", "station", "elderly"). Start-up
 * only. False and *why for an unknown role or an empty cell. */
bool permission_declare(const char *owner, struct wl_table access, const char **why);
/* Whether the role holds "<object>.<verb>". */
bool permission_held(const char *role, const char *permission);
/* Walks everything declared, for migrate: false at the end. *at starts at 0. */
bool permission_next(int *at, const char **owner, const char **role, const char **permission);
/* The first of the space-separated alternatives that the actor holds (copied into the call's arena),
 * or NULL. */
const char *permission_choose(struct call *c, const char *alternatives);
/* The role table: code, zh, en, kind; NULL code at the end. kind is 'business', 'sys', 'sec', 'audit'
 * or 'service'. */
struct role {
    const char *code, *zh, *en, *kind;
};
extern const struct role iam_roles[];

#endif

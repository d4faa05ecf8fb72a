/* Accounts made at the machine itself, as the owner of the tables: the first administrators, and
 * the demonstration's people. Everybody else comes through /api/v1/admin and the 三员. */
#ifndef WULIAN_IAM_ACCOUNT_H
#define WULIAN_IAM_ACCOUNT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "crypto/crypto.h"
#include "db/db.h"
#include "iam/login.h"

struct account_wish {
    struct login login;
    const char *name, *role;
    int64_t div;     /* division that owns the account and the post */
    int64_t scope;   /* what the post covers */
    const char *org; /* uuid, NULL: the station of div, else the county's bureau */
    bool approved;   /* active at once, else a security administrator approves */
    bool first_only; /* no post for an account that has, or had, one */
};

struct account_made {
    const char *account; /* uuid */
    bool account_new, post_new;
    bool activated; /* a password is set */
    const char *state;
};

/* Makes the account and the post that are missing, in one transaction with history and audit. False
 * and *why (a constraint by its name, for instance post_one_kind) otherwise. */
bool account_add(struct arena *a, struct db_conn *owner, const struct account_wish *wish,
                 struct account_made *out, const char **why);

/* A fresh one-time activation code (72 hours), stored as its hash; an earlier one is void. False
 * and *why: no such account, or disabled. */
bool account_code(struct arena *a, struct db_conn *owner, const struct login *login,
                  char code[ACTIVATION_TEXT], const char **why);

#endif

/* Signing in and activating: what the routes and the command line share. Blocking, on the gate's
 * connection; hashes passwords, so only on the threads kept for that. */
#ifndef WULIAN_IAM_SESSION_H
#define WULIAN_IAM_SESSION_H

#include <stdint.h>

#include "base/arena.h"
#include "crypto/crypto.h"
#include "db/db.h"
#include "iam/login.h"
#include "iam/password.h"

enum { SCRYPT_LOG_N = 15 };

/* Cost of new password hashes, N = 2^log_n; SCRYPT_LOG_N until it is called. Once, at start, before
 * the first thread. */
void session_cost(int log_n);

enum sign_in_result {
    SIGN_IN_OK,
    SIGN_IN_WRONG,      /* unknown login, wrong password or code: never says which */
    SIGN_IN_CODE,       /* the password was right; the second factor is asked for */
    SIGN_IN_USED,       /* the new password is one of the last */
    SIGN_IN_NAMED,      /* the new password holds the name of its owner or of the county */
    SIGN_IN_LOCKED,     /* too many failures: `wait` seconds more */
    SIGN_IN_SLOWED,     /* too many from there (iam/guess.h): `wait` seconds more */
    SIGN_IN_INACTIVE,   /* the secret was right, but the account is not approved or disabled */
    SIGN_IN_NO_POST,    /* … it holds no post today, or not the one asked for */
    SIGN_IN_UNAVAILABLE /* the database cannot be asked */
};

struct sign_in {
    /* given */
    struct login login;
    const char *password; /* to check, or the new one when activating */
    const char *code;     /* activation code as typed, NULL: sign in with the password */
    const char *factor;   /* second factor or recovery code as typed, NULL: none */
    const char *post;     /* uuid, NULL: the oldest */
    const char *device;   /* its number when it is known (iam/device.h), NULL: any other */
    const char *address;  /* client, NULL unknown */
    const char *request;  /* uuid for the audit */
    int64_t deadline;     /* monotonic microseconds */
    /* found */
    int wait;
    char secret[TOKEN_SECRET_TEXT];
    const char *account;             /* uuid */
    const struct db_rows *session;   /* one row of core.session_open */
    const struct db_rows *posts;     /* rows of core.posts_of */
};

/* One failure counter for everything here; it is counted before the secret is looked at. Unknown
 * logins cost the same time as known ones. */
enum sign_in_result sign_in(struct arena *a, struct db_conn *gate, struct sign_in *s);

/* Whether `password` is the account's present one, counted like a sign-in. SIGN_IN_OK leaves the
 * counter as it is: the caller clears it with what it does next (core.password_set). */
enum sign_in_result password_check(struct arena *a, struct db_conn *gate, struct sign_in *s);

/* The county's rules for new passwords; the stricter ones for one that is not open. False when the
 * database cannot be asked. */
bool password_rules_read(struct arena *a, struct db_conn *gate, int county, int64_t deadline,
                         struct password_rules *out);
/* What the account itself has against a new password: SIGN_IN_OK, SIGN_IN_USED, SIGN_IN_NAMED or
 * SIGN_IN_UNAVAILABLE. `code`: hash of the activation code it is set with, else NULL after
 * password_check. */
enum sign_in_result password_new_check(struct arena *a, struct db_conn *gate,
                                       const struct sign_in *s, const char *code,
                                       const char *password);

/* Whether s->factor proves the account's second factor, counted likewise. The proof, which only
 * the database can take, goes to *proof. */
struct factor_proof;
enum sign_in_result code_check(struct arena *a, struct db_conn *gate, struct sign_in *s,
                               struct factor_proof *proof);

/* "\x…" of the SHA-256 of a text: how secrets travel to the database. */
const char *secret_hash(struct arena *a, const char *secret);
/* Same for an activation code, whatever its case, hyphens and spaces. NULL when it is no code. */
const char *code_hash(struct arena *a, const char *code);
/* A new password's hash at the cost set by session_cost, in the arena. */
const char *password_phc(struct arena *a, const char *password);

#endif

/* One call and its reply, without HTTP. Everything above db speaks this: http fills a call and
 * sends its reply; an operation plans a batch and renders the results. */
#ifndef WULIAN_CALL_CALL_H
#define WULIAN_CALL_CALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/uuid.h"
#include "call/actor.h"
#include "db/db.h"
#include "json/jv.h"

enum lang { LANG_ZH, LANG_EN };

enum op_lane {
    OP_QUICK,  /* short reads: pipelined with strangers */
    OP_WRITE,  /* writes, and anything that may wait on a lock: a connection of its own */
    OP_THREAD, /* straight-line C on a worker thread: handle() */
    OP_SECRET  /* password hashing: its own one or two threads, handle() */
};

enum op_flag {
    OP_ANONYMOUS = 1, /* no session needed; a token is ignored */
    OP_BODY = 2,      /* a JSON object body is required (415/400 otherwise) */
    OP_CHANGES = 4,   /* writes rows: takes an Idempotency-Key, is refused to read-only tokens */
    OP_NO_TOWNSHIP_CHECK = 8, /* the plugin's activation does not hide this route */
    OP_DURABLE = 16, /* a read whose audit row must outlive a crash: reveals, class 3 and 4 */
    OP_MAY_BODY = 32, /* a JSON object body may come (415/400 when it is something else) */
    OP_DRY = 64,      /* can be tried without leaving anything (Prefer: tx=rollback) */
    OP_TAGGED = 256,  /* for documents: its answer has an ETag and can be a 304 */
    OP_SHEET = 512,   /* for documents: with ?format=csv|xlsx its answer is a table instead */
    OP_FRESH = 1024, /* only for who proved who they are a moment ago (iam/step_up.h) */
    OP_BYTES = 128 /* a body of application/offset+octet-stream is required, in c->body as it came
                    */
};

struct call;
struct hint_cache;

/* One route and what stands behind it. Tables of these are collected at start; they never change.
 */
struct op {
    const char *method;     /* "GET", "POST", "PUT", "PATCH", "DELETE"; HEAD follows GET */
    const char *path;       /* "/api/v1/station/requests/{id}" */
    const char *plugin;     /* NULL: core */
    const char *permission; /* alternatives, best first ("resident.read resident.masked");
                               NULL: any signed-in user */
    const char *also;       /* a permission the role must hold besides; NULL: none */
    enum op_lane lane;
    uint32_t flags;
    const void *data; /* the implementation's own (a record, a route of a plugin) */
    /* Loop lanes. plan: check input and actor, add statements to the batch (enter is already in
     * it). False: the reply is set, nothing runs. render: write the reply from the batch's
     * results, or leave reply.status 0: nothing changed, look for a first try. When there was none
     * (or the op has no replay_plan) render is called again with c->replayed and says why. */
    bool (*plan)(struct call *c, struct db_batch *b);
    void (*render)(struct call *c, struct db_batch *b);
    /* Optional, loop lanes with OP_CHANGES: the batch was refused or changed nothing and may be a
     * repeat: add the statement(s) that look up what the first try made (enter is in the batch);
     * then replay renders. True when a first try was found and the reply is set. */
    bool (*replay_plan)(struct call *c, struct db_batch *b);
    bool (*replay_render)(struct call *c, struct db_batch *b);
    /* Optional, loop lanes: says what the server's refusal (batch->error) means to the client; true
     * when the reply is set, false for the default of iam/refusal.h. */
    bool (*refused)(struct call *c, struct db_batch *b);
    /* Thread lanes. conn: wulian_app for OP_THREAD, wulian_gate for OP_SECRET. */
    void (*handle)(struct call *c, struct db_conn *conn);
    const char *summary; /* one English line for OpenAPI */
    /* What goes in and out, in the notation of record/shape.h; operations of records need none. */
    const char *asks;    /* parameters of the query */
    const char *takes;   /* body */
    const char *gives;   /* answer; NULL: none (204) */
    int status;          /* of success; 0: 200, or 204 without an answer */
    const char *refuses; /* problems besides those that follow from the flags: "409 too_many_tokens
                            429 account_locked" */
};

enum { CALL_ARGS_MAX = 6, CALL_QUERY_MAX = 32, CALL_BODY_MAX = 1 << 20, CALL_REPLY_MAX = 8 << 20 };

struct call_param {
    const char *name, *value; /* decoded */
};

/* A body too large for memory: read piece by piece while it is sent, in the loop, so read must be
 * short. Whoever ends it calls close, on any thread of the process. */
struct reply_stream {
    int64_t n;
    /* Up to n bytes from `at` on; -1: broken off, the client sees a body that is too short. */
    ssize_t (*read)(struct reply_stream *s, int64_t at, char *out, size_t n);
    void (*close)(struct reply_stream *s);
};

struct reply {
    int status; /* 0: not set yet */
    const char *problem; /* the code of the one that it is; NULL: none */
    const char *type;
    struct buf body;
    const char *etag, *location, *allow; /* NULL: no such header */
    const char *file;                    /* Content-Disposition: attachment; filename=… */
    bool shown;                          /* … inline instead of attachment */
    const char *range;                   /* Content-Range */
    const char *upload_offset;           /* Upload-Offset */
    struct reply_stream *stream;         /* instead of body */
    const char *cookie;                  /* Set-Cookie value */
    const char *device;                  /* another cookie, "name=value", that is kept */
    const char *cache;                   /* Cache-Control; NULL: no-store */
    int retry_after;                     /* seconds, 0: none */
    bool close;                          /* Connection: close */
};

struct fault {
    const char *pointer, *code, *detail;
};

enum { FAULTS_MAX = 64 };

struct call {
    struct arena *arena;
    char id[UUID_TEXT]; /* request id (X-Request-Id), and `change` of every row this call writes */
    const struct op *op;
    const char *method, *path;
    const char *args[CALL_ARGS_MAX]; /* the {…} of the path, in order */
    int nargs;
    struct call_param query[CALL_QUERY_MAX];
    int nquery;
    const char *body; /* as received; NULL when none */
    size_t body_n;
    const struct jv *input; /* body parsed, when the op wants one */
    const char *if_match, *if_none_match, *idempotency_key;
    const char *upload_offset, *range; /* headers Upload-Offset, Range */
    const char *cookies; /* header Cookie, for OP_SECRET alone */
    bool dry_run; /* Prefer: tx=rollback */
    enum lang lang;
    int county;         /* from the token, 0 without */
    const char *secret; /* the token's 43 characters, NULL without */
    const char *address; /* client address, text */
    const struct actor *actor;  /* set before plan unless OP_ANONYMOUS */
    const char *permission;     /* the alternative of op->permission that the actor has */
    bool masked;                /* that alternative is a *.masked one */
    int64_t started, deadline;  /* monotonic microseconds */
    struct fault faults[FAULTS_MAX];
    int nfaults;
    struct reply reply;
    void *state; /* from plan to render, in the arena */
    bool entered;  /* the database was asked who it is (enter) */
    bool renewed;  /* its hint was stale, and is fetched anew */
    bool replayed; /* a first try was looked for and there is none */
    const char *denial; /* code of a refusal for lack of rights (literal): goes to the audit before
                           the answer leaves */
    struct hint_cache *hints; /* the process's, for enter_run */
    void *task;               /* the dispatcher's own */
};

/* A call in its own arena with id and deadline set; freed with call_free. */
struct call *call_new(int64_t timeout_us);
void call_free(struct call *c);
/* A query parameter's value, NULL when not given. */
const char *call_query(const struct call *c, const char *name);

/* --- replies ---------------------------------------------------------------------------------- */

struct jw;
/* Starts a JSON reply with this status and returns its writer (in the arena). */
struct jw *reply_json(struct call *c, int status);
/* Status without a body (204, 304). */
void reply_empty(struct call *c, int status);

/* --- problems (RFC 9457) ---------------------------------------------------------------------- */

/* Sets the reply to application/problem+json with this stable code; the text comes from the
 * messages "problem.<code>" in the caller's language. Always returns false, so that plan can
 * return it. */
bool problem(struct call *c, int status, const char *code);
/* Same, with a detail of its own (in the caller's language already). */
bool problem_detail(struct call *c, int status, const char *code, const char *detail);
/* Collects one fault of the input; `pointer` is a JSON pointer into the body, `code` a message key
 * "fault.<code>", whose {0} {1} … are replaced by the strings of args (NULL-terminated, may be
 * NULL). */
void fault_add(struct call *c, const char *pointer, const char *code, const char *const *args);
/* The pointer to a member whose name the client chose: base, '/', and the name escaped (RFC 6901).
 */
const char *fault_pointer(struct call *c, const char *base, const char *name);
/* Same as fault_add with the detail already in the caller's language. */
void fault_text(struct call *c, const char *pointer, const char *code, const char *detail);
/* A fault of a query parameter, "?<name>", which {0} names; false. */
bool query_refuse(struct call *c, const char *name, const char *code);
/* A fault for each parameter that is none of the names (words apart by a blank). */
void query_known(struct call *c, const char *names);
/* Counts the problem that the reply is, if any: once, when it goes to the caller. */
void problem_count(const struct call *c);
/* When faults were collected: sets a 422 `invalid_input` problem listing all, and returns true. */
bool faults_reply(struct call *c);
/* Same under another status and code (400 bad_query). */
bool faults_reply_as(struct call *c, int status, const char *code);

#endif

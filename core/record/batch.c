/* Many writes in one call: "all" in one transaction or none of them, or "each" in one of its own.
 * Every item becomes a call of its own, planned and rendered by the very functions that serve it
 * alone; its id, and so the `change` of its row and its audit, is its own too. */
#include <string.h>

#include "base/str.h"
#include "base/time.h"
#include "call/messages.h"
#include "crypto/crypto.h"
#include "iam/hint.h"
#include "iam/permission.h"
#include "iam/refusal.h"
#include "iam/run.h"
#include "record/record.h"

enum { ITEMS_MAX = 500 };

struct item {
    struct call *c;   /* its own, freed with the batch */
    int first, after; /* its statements in the common batch */
};

struct many {
    struct call *c;
    struct db_conn *conn;
    const struct rec_many *of;
    struct item *items;
    int n;
    bool each;
};

/* ---- reading --------------------------------------------------------------------------------- */

static const struct op *op_of(const struct rec_many *of, const char *word)
{
    static const struct {
        const char *word;
        bool (*plan)(struct call *c, struct db_batch *b);
    } verbs[] = {
        {"create", rec_create_plan}, {"patch", rec_patch_plan}, {"delete", rec_remove_plan}};
    for (int i = 0; word && i < of->nops; i++) {
        const struct op *op = of->ops[i];
        const struct rec_op *data = op->data;
        for (size_t k = 0; k < sizeof verbs / sizeof verbs[0]; k++)
            if (op->plan == verbs[k].plan && str_eq(word, verbs[k].word))
                return op;
        if (op->plan == rec_action_plan && str_eq(word, data->action->d.name))
            return op;
    }
    return NULL;
}

/* A key of the item's own, as long as keys may be. */
static const char *key_of(struct call *c, const struct call *whole, int i)
{
    uint8_t hash[SHA256_LEN];
    char *hex = arena_alloc(c->arena, 2 * sizeof hash + 1);
    if (!whole->idempotency_key)
        return NULL;
    const char *text = arena_printf(c->arena, "%s#%d", whole->idempotency_key, i);
    sha256(text, strlen(text), hash);
    hex_encode(hash, sizeof hash, hex);
    return hex;
}

static void item_release(void *arg)
{
    call_free(arg);
}

static struct call *item_call(struct call *whole, int i)
{
    struct call *c = call_new(whole->deadline - clock_mono());
    arena_defer(whole->arena, item_release, c);
    c->method = whole->method;
    c->path = arena_printf(c->arena, "%s#%d", whole->path, i);
    c->body = whole->body; /* for the fingerprint: the whole must be the same again */
    c->body_n = whole->body_n;
    c->idempotency_key = key_of(c, whole, i);
    c->dry_run = whole->dry_run;
    c->lang = whole->lang;
    c->county = whole->county;
    c->secret = whole->secret;
    c->address = whole->address;
    c->actor = whole->actor;
    c->hints = whole->hints;
    return c;
}

static void fault_at(struct call *whole, const char *pointer, const char *code)
{
    fault_add(whole, pointer, code, NULL);
}

/* {"op", "id", "version", "data"}: what a call for one of them says in its path and headers. */
static void item_read(struct many *m, int i, const struct jv *v)
{
    struct call *whole = m->c, *c = m->items[i].c = item_call(whole, i);
    const char *at = arena_printf(whole->arena, "/items/%d", i), *key;
    const struct jv *data = jv_get(v, "data"), *member;
    int64_t version = 0;
    void *walk = NULL;
    c->op = op_of(m->of, jv_text(jv_get(v, "op")));
    if (!c->op)
        fault_at(whole, arena_printf(whole->arena, "%s/op", at), "batch_op");
    while (jv_member(v, &walk, &key, &member))
        if (!str_has_word("op id version data", key))
            fault_at(whole, fault_pointer(whole, at, key), "unknown_field");
    if (data && jv_type(data) != JV_OBJECT)
        fault_at(whole, arena_printf(whole->arena, "%s/data", at), "object_expected");
    c->input = data;
    if (jv_get(v, "id")) {
        c->args[c->nargs++] = jv_text(jv_get(v, "id")) ? jv_text(jv_get(v, "id")) : "";
    }
    if (jv_int(jv_get(v, "version"), &version))
        c->if_match = arena_printf(c->arena, "\"v%lld\"", (long long)version);
}

static bool many_read(struct many *m)
{
    struct call *c = m->c;
    const struct jv *items = jv_get(c->input, "items"), *member;
    const char *atomic = jv_get(c->input, "atomic") ? jv_text(jv_get(c->input, "atomic")) : "all";
    const char *key;
    void *walk = NULL;
    m->each = str_eq(atomic, "each");
    if (!m->each && !str_eq(atomic, "all"))
        fault_at(c, "/atomic", "batch_atomic");
    while (jv_member(c->input, &walk, &key, &member))
        if (!str_has_word("atomic items", key))
            fault_at(c, fault_pointer(c, "", key), "unknown_field");
    if (jv_type(items) != JV_ARRAY || jv_count(items) < 1 || jv_count(items) > ITEMS_MAX)
        fault_at(c, "/items", "batch_items");
    if (faults_reply(c))
        return false;
    m->n = (int)jv_count(items);
    m->items = arena_alloc(c->arena, (size_t)m->n * sizeof *m->items);
    for (int i = 0; i < m->n; i++)
        item_read(m, i, jv_at(items, (size_t)i));
    return !faults_reply(c);
}

/* ---- the reply ------------------------------------------------------------------------------- */

static void item_write(struct jw *w, const struct call *c)
{
    jw_object(w);
    jw_kv_int(w, "status", c->reply.status);
    if (c->reply.body.n) {
        jw_key(w, c->reply.status < 400 ? "body" : "problem");
        jw_raw(w, c->reply.body.p, c->reply.body.n);
    }
    jw_end(w, '}');
}

static void many_write(struct many *m)
{
    struct jw *w = reply_json(m->c, 200);
    jw_object(w);
    jw_key(w, "items");
    jw_array(w);
    for (int i = 0; i < m->n; i++) {
        item_write(w, m->items[i].c);
        problem_count(m->items[i].c);
    }
    jw_end(w, ']');
    jw_end(w, '}');
}

/* An item's problem becomes faults of the whole: its own at the fields of its data, else one at the
 * item. */
static void problem_lift(struct many *m, int i)
{
    struct call *whole = m->c, *c = m->items[i].c;
    struct jv_fault fault;
    const char *at = arena_printf(whole->arena, "/items/%d", i);
    const struct jv *v = jv_parse(whole->arena, c->reply.body.p, c->reply.body.n, &fault);
    const char *detail = jv_text(jv_get(v, "detail"));
    for (int k = 0; k < c->nfaults; k++)
        fault_text(whole, arena_printf(whole->arena, "%s/data%s", at, c->faults[k].pointer),
                   c->faults[k].code, arena_strdup(whole->arena, c->faults[k].detail));
    if (c->nfaults == 0)
        fault_text(whole, at, jv_text(jv_get(v, "code")),
                   detail ? detail : jv_text(jv_get(v, "title")));
}

/* What passes by itself is no item's fault: the whole is to be asked again as it is. */
static bool passing_lift(struct many *m)
{
    for (int i = 0; i < m->n; i++) {
        const struct reply *r = &m->items[i].c->reply;
        struct jv_fault fault;
        if (r->status < 400 || r->retry_after == 0)
            continue;
        m->c->reply.retry_after = r->retry_after;
        problem(m->c, r->status,
                jv_text(jv_get(jv_parse(m->c->arena, r->body.p, r->body.n, &fault), "code")));
        return true;
    }
    return false;
}

/* Nothing of the batch stands; 422 with what is wrong where. */
static void many_refuse(struct many *m)
{
    if (passing_lift(m))
        return;
    for (int i = 0; i < m->n; i++)
        if (m->items[i].c->reply.status >= 400)
            problem_lift(m, i);
    if (m->c->reply.status < 400)
        faults_reply_as(m->c, 422, "batch_refused");
}

/* ---- all of them or none --------------------------------------------------------------------- */

/* One enter() for each permission that is used: each is the second wall of its items. */
static bool entered(const struct many *m, int i)
{
    for (int k = 0; k < i; k++)
        if (m->items[k].c->permission && m->items[i].c->permission &&
            str_eq(m->items[k].c->permission, m->items[i].c->permission))
            return true;
    return false;
}

static void insist_add(struct item *x, struct db_batch *b)
{
    struct call *c = x->c;
    const struct rec_write *w = c->state;
    const char **p = rec_params(c, 5);
    p[3] = rec_write_id(w);
    p[4] = c->id;
    batch_add(b, rec_op_of(c)->r->insist, 5, p);
}

static bool item_plan(struct many *m, int i, struct db_batch *b)
{
    struct item *x = &m->items[i];
    struct call *c = x->c;
    if (!permission_take(c)) {
        c->denial = "not_permitted";
        return problem(c, 403, c->denial);
    }
    if (!entered(m, i))
        enter_add(c, b, ENTER_DURABLE);
    x->first = b->n;
    if (!c->op->plan(c, b))
        return false;
    insist_add(x, b);
    x->after = b->n;
    return true;
}

/* The item whose statement was refused says what that means. */
static void blame(struct many *m, struct db_batch *b)
{
    for (int i = 0; i < m->n; i++) {
        struct call *c = m->items[i].c;
        if (b->error.stmt < m->items[i].first || b->error.stmt >= m->items[i].after)
            continue;
        c->replayed = true;
        if (str_eq(b->error.sqlstate, "WL412"))
            rec_write_explain(c, b);
        else if (!key_taken(c, b) && (!c->op->refused || !c->op->refused(c, b)))
            refusal_reply(c, b);
        many_refuse(m);
        return;
    }
    refusal_reply(m->c, b);
}

static void all_render(struct many *m, struct db_batch *b)
{
    for (int i = 0; i < m->n; i++) {
        struct call *c = m->items[i].c;
        c->replayed = true;
        c->op->render(c, b);
        if (c->dry_run)
            dry_reply(c);
    }
    many_write(m);
}

/* True: the key was used before, and the reply is set: from what the batch made then, or because it
 * was another. */
static bool all_replay(struct many *m)
{
    for (int i = 0; i < m->n; i++) {
        struct call *c = m->items[i].c;
        struct db_batch *b = batch_new(c->arena, c->deadline);
        enter_add(c, b, ENTER_DURABLE);
        if (!c->op->replay_plan(c, b) || !enter_run(c, m->conn, b) || !c->op->replay_render(c, b))
            return false;
        if (c->reply.status == 422)
            return problem(m->c, 422, "idempotency_key_reused"), true;
    }
    many_write(m);
    return true;
}

static void trace_dry(struct many *m)
{
    struct call *c = m->c;
    struct db_batch *b = batch_new(c->arena, c->deadline);
    enter_add(c, b, ENTER_DURABLE);
    dry_audit_add(c, b);
    if (!enter_run(c, m->conn, b) && c->reply.status < 400)
        refusal_reply(c, b);
}

static void all_run(struct many *m)
{
    struct call *c = m->c;
    struct db_batch *b = batch_new(c->arena, c->deadline);
    bool planned = true;
    for (int i = 0; i < m->n; i++)
        planned = item_plan(m, i, b) && planned;
    if (!planned) {
        many_refuse(m);
        return;
    }
    if (c->dry_run)
        undo_add(b);
    b->repeatable = true;
    c->permission = m->items[0].c->permission; /* of the first enter, should it be made anew */
    if (enter_run(c, m->conn, b)) {
        all_render(m, b);
    } else if (c->reply.status) { /* enter's, or no database: of the whole */
        return;
    } else if (c->dry_run && was_undone(b)) {
        all_render(m, b);
        trace_dry(m);
    } else if (!may_be_repeat(m->items[0].c, b) || !all_replay(m)) {
        blame(m, b);
    }
}

/* ---- each by itself -------------------------------------------------------------------------- */

static void each_run(struct many *m)
{
    for (int i = 0; i < m->n; i++)
        op_run(m->items[i].c, m->conn);
    many_write(m);
}

/* The hint may be stale; read anew now, every item plans with the fresh one. */
static bool actor_refresh(struct many *m)
{
    struct db_batch *b = batch_new(m->c->arena, m->c->deadline);
    enter_add(m->c, b, ENTER_LOOK);
    b->repeatable = true;
    if (enter_run(m->c, m->conn, b))
        return true;
    if (m->c->reply.status == 0)
        refusal_reply(m->c, b);
    return false;
}

/* A denial of an item goes to the audit as the batch's: one trace, whatever the reply. */
static void denial_lift(struct many *m)
{
    for (int i = 0; i < m->n && !m->c->denial; i++) {
        const struct call *c = m->items[i].c;
        m->c->denial = c->denial ? c->denial : c->reply.status == 403 ? "not_permitted" : NULL;
    }
}

void rec_many_handle(struct call *c, struct db_conn *conn)
{
    struct many m = {.c = c, .conn = conn, .of = c->op->data};
    if (!actor_refresh(&m) || !many_read(&m))
        return;
    if (m.each)
        each_run(&m);
    else
        all_run(&m);
    denial_lift(&m);
}

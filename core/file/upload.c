/* Taking a file in, piece by piece: each piece is on disk before its answer leaves, and the last
 * one has the whole examined. */
#include <string.h>

#include "audit/audit.h"
#include "base/log.h"
#include "base/str.h"
#include "base/time.h"
#include "call/bytea.h"
#include "call/lazy.h"
#include "file/kind.h"
#include "file/ops.h"
#include "iam/fingerprint.h"
#include "iam/refusal.h"
#include "json/jw.h"
#include "tenant/keyring.h"

enum { NAME_MAX_CHARS = 200, FINISH_US = 30 * 1000 * 1000 };

/* --- POST /files ------------------------------------------------------------------------------ */

struct upload {
    const char *id, *name, *sha256;
    const struct file_kind *kind;
    int64_t size;
    int limits, made; /* statement indices */
};

static struct lazy limits_sql = {
    .sql = "select core.param($1, $2)::bigint, core.param($1, 'file.open_uploads')::int,"
           " (select count(*) from core.file f where " COUNTY_HOLDS("f") " and f.by = core.actor()"
           " and f.state = 'open')"};

enum { INSERT_PARAMS = 15 };

/* With its key of repetition: a repeat fails on that, and finds what the first try announced. */
static struct lazy insert_sql = {
    .sql = "with f as (insert into core.file (county, id, div, org, name, type, kind, size,"
           " address, sha256_enc)"
           " select $1, $2::uuid, $3::bigint, $4::uuid, $5, $6, $7, $8::bigint, $9::bytea,"
           " $10::bytea"
           " where $8::bigint <= core.param($1, $11)::bigint"
           " and (select count(*) from core.file f where f.county = $1 and f.by = core.actor()"
           " and f.state = 'open') < core.param($1, 'file.open_uploads')::int"
           " and core.data_key_held($12::int) returning id), i as ("
           "insert into core.idem (county, key, body, record, id, change)"
           " select $1, $13, $14::bytea, 'core.file', f.id, $15::uuid from f)"
           " select f.id from f"};

static struct lazy replay_sql = {
    .sql = "select f.id, f.received, f.state, i.body = $3::bytea as same from core.idem i"
           " left join core.file f on f.county = i.county and f.id = i.id"
           " and i.record = 'core.file' and f.by = core.actor()"
           " where " COUNTY_HOLDS("i") " and i.actor = core.actor() and i.key = $2"};

static bool text_plain(const char *s)
{
    for (; *s; s++)
        if ((unsigned char)*s < 0x20 || *s == 0x7f || *s == '/' || *s == '\\')
            return false;
    return true;
}

static void unknown_members(struct call *c)
{
    void *at = NULL;
    const char *key;
    const struct jv *v;

    while (jv_member(c->input, &at, &key, &v))
        if (!str_has_word("name type size sha256", key))
            fault_add(c, fault_pointer(c, "", key), "unknown_field", NULL);
}

/* All faults of the announcement at once. */
static bool upload_read(struct call *c, struct upload *u)
{
    const char *type = jv_text(jv_get(c->input, "type"));
    size_t n = 0;
    uint8_t sum[SHA256_LEN];

    u->name = jv_text(jv_get(c->input, "name"));
    u->sha256 = jv_text(jv_get(c->input, "sha256"));
    u->kind = file_kind_find(type);
    if (!u->name || !*u->name || utf8_count(u->name) > NAME_MAX_CHARS || !text_plain(u->name))
        fault_add(c, "/name", "file_name", NULL);
    if (!u->kind)
        fault_add(c, "/type", "file_type", NULL);
    else if (u->name && !file_kind_named(u->kind, u->name))
        fault_add(c, "/name", "file_ending", (const char *[]){u->kind->endings, NULL});
    if (!jv_int(jv_get(c->input, "size"), &u->size) || u->size < 1)
        fault_add(c, "/size", "file_size", NULL);
    if (!u->sha256 || strlen(u->sha256) != 2 * SHA256_LEN ||
        !hex_decode(u->sha256, 2 * SHA256_LEN, sum, sizeof sum, &n))
        fault_add(c, "/sha256", "file_sha256", NULL);
    unknown_members(c);
    return !faults_reply(c);
}

/* The address the content will have, and its hash where nobody can compare it. */
static bool upload_seal(struct call *c, const struct upload *u, const char **address,
                        const char **sealed, const char **key_id)
{
    uint8_t sum[SHA256_LEN], out[SHA256_LEN + SEAL_OVERHEAD];
    char text[FILE_ADDRESS_TEXT];
    struct seal_key key;
    size_t n = 0;

    if (!hex_decode(u->sha256, 2 * SHA256_LEN, sum, sizeof sum, &n) ||
        !keyring_data_key(c->county, &key) || !file_address(c->county, sum, text))
        return false;
    seal(&key, file_sha256_aad(c, u->id), sum, sizeof sum, out);
    *key_id = file_number(c, key.id);
    crypto_wipe(&key, sizeof key);
    *address = arena_printf(c->arena, "\\x%s", text);
    *sealed = bytea_text(c->arena, out, sizeof out);
    return true;
}

bool file_upload_plan(struct call *c, struct db_batch *b)
{
    struct upload *u = arena_alloc(c->arena, sizeof *u);
    const char *limits[] = {file_number(c, c->county), NULL};
    const char *p[INSERT_PARAMS];
    char id[UUID_TEXT];

    if (!upload_read(c, u))
        return false;
    uuid7(id);
    u->id = arena_strdup(c->arena, id);
    if (!upload_seal(c, u, &p[8], &p[9], &p[11]))
        return problem(c, 503, "keys_missing");
    limits[1] = u->kind->limit;
    p[0] = limits[0];
    p[1] = u->id;
    p[2] = file_number(c, c->actor->scope.lo);
    p[3] = c->actor->org;
    p[4] = u->name;
    p[5] = u->kind->type;
    p[6] = u->kind->kind;
    p[7] = file_number(c, u->size);
    p[10] = u->kind->limit;
    p[12] = idem_key(c);
    p[13] = fingerprint_text(c);
    p[14] = c->id;
    u->limits = lazy_add(b, &limits_sql, 2, limits);
    u->made = lazy_add(b, &insert_sql, INSERT_PARAMS, p);
    c->state = u;
    return true;
}

static void announced(struct call *c, const char *id, int64_t received, const char *state)
{
    struct jw *w = reply_json(c, 201);

    jw_object(w);
    jw_kv_text(w, "id", id);
    jw_kv_int(w, "offset", received);
    jw_kv_text(w, "state", state);
    jw_kv_int(w, "chunk_max", CALL_BODY_MAX);
    jw_kv_int(w, "chunk_unit", FILE_PIECE);
    jw_end(w, '}');
    c->reply.upload_offset = file_number(c, received);
    c->reply.location = arena_printf(c->arena, "/api/v1/files/%s", id);
}

static void upload_explain(struct call *c, const struct upload *u, const struct db_rows *limits)
{
    if (u->size <= rows_int(limits, 0, 0)) {
        problem(c, 429, "too_many_uploads");
        return;
    }
    fault_add(c, "/size", "file_too_big", (const char *[]){rows_text(limits, 0, 0), NULL});
    faults_reply(c);
}

void file_upload_render(struct call *c, struct db_batch *b)
{
    const struct upload *u = c->state;

    if (rows_count(b->item[u->made].rows) == 1)
        announced(c, u->id, 0, "open");
    else if (c->replayed)
        upload_explain(c, u, b->item[u->limits].rows);
    /* else: the one too many may be the first try's own */
}

bool file_upload_replay_plan(struct call *c, struct db_batch *b)
{
    const char *p[] = {file_number(c, c->county), idem_key(c), fingerprint_text(c)};

    lazy_add(b, &replay_sql, 3, p);
    return true;
}

bool file_upload_replay_render(struct call *c, struct db_batch *b)
{
    const struct db_rows *r = b->item[b->n - 1].rows;

    if (rows_count(r) == 0)
        return false;
    if (!rows_bool(r, 0, 3))
        problem(c, 422, "idempotency_key_reused");
    else if (rows_null(r, 0, 0)) /* forgotten meanwhile */
        problem(c, 404, "not_found");
    else
        announced(c, rows_text(r, 0, 0), rows_int(r, 0, 1), rows_text(r, 0, 2));
    return true;
}

/* --- PATCH /files/{id} ------------------------------------------------------------------------ */

struct piece {
    struct call *c;
    struct db_conn *conn;
    struct file_row row;
    struct file *f;
    int64_t offset; /* as the client has it */
};

static struct lazy received_sql = {
    .sql = "update core.file f set received = $4::bigint where " COUNTY_HOLDS("f")
           " and f.id = $2::uuid and f.by = core.actor() and f.state = 'open'"
           " and f.received = $3::bigint returning f.received"};

static struct lazy refuse_sql = {
    .sql = "update core.file f set state = 'refused', reason = $3 where " COUNTY_HOLDS("f")
           " and f.id = $2::uuid and f.by = core.actor() and f.state = 'open' returning f.id"};

static struct lazy ready_sql = {
    .sql = "with r as (update core.file f set state = 'ready', received = f.size,"
           " thumb_state = case when f.kind = 'image' then 'due' end"
           " where " COUNTY_HOLDS("f") " and f.id = $5::uuid and f.by = core.actor()"
           " and f.state = 'open' returning f.id, f.div), a as ("
           AUDIT_SELECT("upload", "core.file", "r.id", "r.div") " from r)"
           " select id from r"};

static void offset_reply(struct call *c, int64_t offset)
{
    c->reply.upload_offset = file_number(c, offset);
    reply_empty(c, 204);
}

static bool offset_wrong(struct call *c, int64_t right)
{
    c->reply.upload_offset = file_number(c, right);
    return problem(c, 409, "wrong_offset");
}

/* The client's place is the server's; the bytes fit; and what is not the end is worth keeping. */
static bool piece_fits(struct piece *p)
{
    struct call *c = p->c;

    if (!str_eq(p->row.state, "open")) {
        c->reply.upload_offset = file_number(c, p->row.received);
        return problem(c, 409, str_eq(p->row.state, "ready") ? "upload_over" : "upload_refused");
    }
    if (p->offset != p->row.received)
        return offset_wrong(c, p->row.received);
    if ((int64_t)c->body_n > p->row.size - p->offset)
        return problem(c, 413, "more_than_announced");
    if ((int64_t)c->body_n < p->row.size - p->offset && c->body_n < FILE_PIECE)
        return problem(c, 422, "chunk_too_small");
    return true;
}

/* A statement that was repeated, for nobody heard of its commit, finds no row as it was before. */
static bool stands_at(struct piece *p, int64_t to)
{
    if (!file_row_read(p->c, p->conn, &p->row))
        return false;
    return p->row.received == to || offset_wrong(p->c, p->row.received);
}

static bool received_set(struct piece *p, int64_t to)
{
    const char *params[] = {file_number(p->c, p->c->county), p->row.id,
                            file_number(p->c, p->row.received), file_number(p->c, to)};
    const struct db_rows *r = file_ask(p->c, p->conn, true, &received_sql, 4, params);

    return r && (rows_count(r) > 0 || stands_at(p, to));
}

static void refused(struct piece *p, const char *code)
{
    const char *params[] = {file_number(p->c, p->c->county), p->row.id, code};

    file_abandon(p->f);
    p->f = NULL;
    if (file_ask(p->c, p->conn, true, &refuse_sql, 3, params))
        problem(p->c, 422, code);
}

static void ready(struct piece *p)
{
    const char *params[AUDIT_PARAMS + 1];
    const struct db_rows *r;

    audit_params(p->c, params);
    params[AUDIT_PARAMS] = p->row.id;
    r = file_ask(p->c, p->conn, true, &ready_sql, AUDIT_PARAMS + 1, params);
    if (r && (rows_count(r) > 0 || stands_at(p, p->row.size)))
        offset_reply(p->c, p->row.size);
}

/* Everything is here: is it what was announced? */
static void last_take(struct piece *p)
{
    char address[FILE_ADDRESS_TEXT];
    enum file_fault fault = file_finish(p->f);

    /* a large one is read back longer than a request may last */
    p->c->deadline = clock_mono() + FINISH_US;
    if (fault == FILE_DAMAGED) {
        refused(p, "file_damaged");
    } else if (fault != FILE_OK) {
        file_fault_reply(p->c, fault);
    } else if (!file_address(p->c->county, file_sha256(p->f), address)) {
        problem(p->c, 503, "keys_missing");
    } else if (!str_eq(address, p->row.address)) {
        refused(p, "file_hash_differs");
    } else if (!file_kind_holds(p->f, file_kind_find(p->row.type))) {
        refused(p, "file_content_differs");
    } else {
        fault = file_commit(p->f, address);
        if (fault == FILE_OK)
            ready(p);
        else
            file_fault_reply(p->c, fault);
    }
}

/* Whole pieces only, so that nothing acknowledged is ever written again; the client goes on from
 * the offset it is told. */
static void piece_take(struct piece *p)
{
    struct call *c = p->c;
    bool last = p->offset + (int64_t)c->body_n == p->row.size;
    size_t n = last ? c->body_n : c->body_n - c->body_n % FILE_PIECE;

    if (!file_write(p->f, c->body, n) || !file_sync(p->f))
        file_fault_reply(c, FILE_FAILED);
    else if (last)
        last_take(p);
    else if (received_set(p, p->offset + (int64_t)n))
        offset_reply(c, p->offset + (int64_t)n);
}

/* The upload is gone: its end had put it in place when the process died, or it was lost, and then
 * the client begins again. */
static void upload_missing(struct piece *p)
{
    enum file_fault fault;
    struct file *whole = file_open_read(p->c->county, p->row.address, &fault);

    if (whole && file_size(whole) == p->row.size &&
        file_kind_holds(whole, file_kind_find(p->row.type)))
        ready(p);
    else if (received_set(p, 0))
        offset_wrong(p->c, 0);
    file_close(whole);
}

/* Locked before the row is read: its offset then stays what it is. */
static bool piece_open(struct piece *p, enum file_fault *fault)
{
    struct call *c = p->c;

    p->f = uuid_valid(c->args[0]) ? file_continue(c->county, c->args[0], p->offset, fault) : NULL;
    if (!file_row_read(c, p->conn, &p->row) || !piece_fits(p))
        return false;
    if (!p->f && *fault == FILE_MISSING && p->offset == 0)
        p->f = file_create(c->county, p->row.id, fault);
    return true;
}

void file_piece_handle(struct call *c, struct db_conn *conn)
{
    struct piece p = {.c = c, .conn = conn};
    enum file_fault fault = FILE_MISSING;

    if (!c->upload_offset || !str_int64(c->upload_offset, &p.offset) || p.offset < 0)
        problem(c, 400, "upload_offset_required");
    else if (!piece_open(&p, &fault))
        ;
    else if (p.f)
        piece_take(&p);
    else if (fault == FILE_MISSING)
        upload_missing(&p);
    else
        file_fault_reply(c, fault);
    file_close(p.f);
}

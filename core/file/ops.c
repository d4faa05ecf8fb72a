#include "file/ops.h"

#include <string.h>

#include "audit/audit.h"
#include "base/mem.h"
#include "base/str.h"
#include "call/lazy.h"
#include "call/row_json.h"
#include "iam/permission.h"
#include "iam/refusal.h"
#include "json/jw.h"
#include "tenant/keyring.h"

enum { STREAMS_MAX = 256, THUMB_AGAIN_S = 5 };

struct data {
    file_held_fn held;
};

static struct lazy look_sql = {
    .sql = "insert into core.audit (county, actor, role, address, request, action, object,"
           " object_id) values ($1, core.actor(), $2, $3::inet, $4::uuid, 'look', 'core.file',"
           " $5::uuid)"};

static bool own_look(struct call *c, struct db_conn *conn, const struct file_row *f)
{
    const char *p[AUDIT_PARAMS + 1];

    audit_params(c, p);
    p[AUDIT_PARAMS] = f->id;
    return file_ask(c, conn, false, &look_sql, AUDIT_PARAMS + 1, p) != NULL;
}

/* The file of the path, if the caller may see it; false with the reply set. */
static bool file_find(struct call *c, struct db_conn *conn, bool look, struct file_row *f)
{
    const struct data *d = c->op->data;

    if (!file_row_read(c, conn, f))
        return false;
    if (*f->record)
        return d->held(c, conn, f, look);
    /* What a job made is for whoever could ask for the same today. */
    if (look && f->needs && !(c->permission = permission_choose(c, f->needs)))
        return problem(c, 404, "not_found");
    return !look || own_look(c, conn, f);
}

/* --- GET /files/{id} -------------------------------------------------------------------------- */

static void sha256_json(struct call *c, struct jw *w, const struct file_row *f)
{
    uint8_t sum[SHA256_LEN];
    char hex[2 * SHA256_LEN + 1];
    struct seal_key key;
    bool ok = f->sha256_n == SHA256_LEN + SEAL_OVERHEAD &&
              keyring_data_key_by_id(c->county, seal_key_id(f->sha256_enc, f->sha256_n), &key);

    if (ok) {
        ok = unseal(&key, file_sha256_aad(c, f->id), f->sha256_enc, f->sha256_n, sum);
        crypto_wipe(&key, sizeof key);
    }
    if (ok)
        hex_encode(sum, sizeof sum, hex);
    jw_kv_text(w, "sha256", ok ? hex : NULL);
}

static void kv_filled(struct jw *w, const char *key, const char *value)
{
    jw_kv_text(w, key, *value ? value : NULL);
}

static void file_handle(struct call *c, struct db_conn *conn)
{
    struct file_row f;
    struct jw *w;

    if (!file_find(c, conn, false, &f))
        return;
    c->reply.upload_offset = file_number(c, f.received);
    w = reply_json(c, 200);
    jw_object(w);
    jw_kv_text(w, "id", f.id);
    jw_kv_text(w, "name", f.name);
    jw_kv_text(w, "type", f.type);
    jw_kv_text(w, "kind", f.kind);
    jw_kv_int(w, "size", f.size);
    jw_kv_int(w, "offset", f.received);
    sha256_json(c, w, &f);
    jw_kv_text(w, "state", f.state);
    kv_filled(w, "reason", f.reason);
    kv_filled(w, "thumbnail", f.thumb_state);
    jw_key(w, "at");
    time_json(w, f.at);
    kv_filled(w, "record", f.record);
    kv_filled(w, "record_id", f.record_id);
    kv_filled(w, "field", f.field);
    jw_end(w, '}');
}

/* --- streams ---------------------------------------------------------------------------------- */

struct stream {
    struct reply_stream base; /* first: what http holds */
    struct file *f;
    int64_t from;
};

static int streams; /* open in this process */

static ssize_t stream_read(struct reply_stream *s, int64_t at, char *out, size_t n)
{
    struct stream *x = (struct stream *)s;
    int64_t left = s->n - at;

    return file_read(x->f, x->from + at, out, (int64_t)n < left ? n : (size_t)left);
}

static void stream_close(struct reply_stream *s)
{
    struct stream *x = (struct stream *)s;

    file_close(x->f);
    mem_free(x);
    __atomic_sub_fetch(&streams, 1, __ATOMIC_RELAXED);
}

struct span {
    int64_t from, to; /* both included */
};

enum range { RANGE_NONE, RANGE_ONE, RANGE_OUTSIDE };

static bool digits(const char **at, int64_t *out)
{
    const char *start = *at;

    *out = 0;
    while (**at >= '0' && **at <= '9' && *at - start < 16)
        *out = *out * 10 + (*(*at)++ - '0');
    return *at > start;
}

/* RFC 9110 14.1.2, one range; what we do not understand is no range. */
static enum range range_read(const char *s, int64_t size, struct span *out)
{
    bool first, second;

    if (!s || !str_starts(s, "bytes="))
        return RANGE_NONE;
    s += strlen("bytes=");
    first = digits(&s, &out->from);
    if (*s++ != '-')
        return RANGE_NONE;
    second = digits(&s, &out->to);
    if (*s || (!first && !second) || (first && second && out->to < out->from))
        return RANGE_NONE;
    if (!first) {
        out->from = out->to < size ? size - out->to : 0;
        second = out->to > 0;
        out->to = size - 1;
        return second ? RANGE_ONE : RANGE_OUTSIDE;
    }
    if (!second || out->to >= size)
        out->to = size - 1;
    return out->from < size ? RANGE_ONE : RANGE_OUTSIDE;
}

/* The first piece is opened here, so that a damaged file mostly gives a problem and not half an
 * answer. */
static bool first_piece_opens(struct file *f, int64_t from)
{
    char byte;

    return file_read(f, from, &byte, 1) == 1;
}

static void stream_reply(struct call *c, struct file *f, const struct span *s, bool part)
{
    struct stream *x;

    if (__atomic_add_fetch(&streams, 1, __ATOMIC_RELAXED) > STREAMS_MAX) {
        __atomic_sub_fetch(&streams, 1, __ATOMIC_RELAXED);
        file_close(f);
        refusal_busy(c, "busy");
        return;
    }
    if (part)
        c->reply.range = arena_printf(c->arena, "bytes %lld-%lld/%lld", (long long)s->from,
                                      (long long)s->to, (long long)file_size(f));
    x = mem_alloc(sizeof *x);
    *x = (struct stream){{s->to - s->from + 1, stream_read, stream_close}, f, s->from};
    c->reply.status = part ? 206 : 200;
    c->reply.stream = &x->base;
}

static void blob_reply(struct call *c, const char *address)
{
    enum file_fault fault;
    struct file *f = file_open_read(c->county, address, &fault);
    struct span s = {0, 0};
    enum range range;

    if (!f) {
        file_fault_reply(c, fault);
        return;
    }
    range = range_read(c->range, file_size(f), &s);
    if (range == RANGE_NONE)
        s = (struct span){0, file_size(f) - 1};
    if (range == RANGE_OUTSIDE) {
        problem(c, 416, "range_outside");
        c->reply.range = arena_printf(c->arena, "bytes */%lld", (long long)file_size(f));
        file_close(f);
    } else if (!first_piece_opens(f, s.from)) {
        file_close(f);
        file_fault_reply(c, FILE_DAMAGED);
    } else {
        stream_reply(c, f, &s, range == RANGE_ONE);
    }
}

/* --- GET /files/{id}/content, /thumbnail ------------------------------------------------------ */

static void content_handle(struct call *c, struct db_conn *conn)
{
    struct file_row f;

    if (!file_find(c, conn, true, &f))
        return;
    if (!str_eq(f.state, "ready")) {
        problem(c, 409, "upload_unfinished");
        return;
    }
    c->reply.type = f.type;
    c->reply.etag = arena_printf(c->arena, "\"%s\"", f.id);
    c->reply.file = f.name;
    c->reply.shown = str_eq(f.kind, "image") && str_eq(call_query(c, "inline"), "1");
    blob_reply(c, f.address);
}

static void thumbnail_handle(struct call *c, struct db_conn *conn)
{
    struct file_row f;

    if (!file_find(c, conn, true, &f))
        return;
    if (str_eq(f.thumb_state, "made")) {
        c->reply.type = "image/jpeg";
        c->reply.etag = arena_printf(c->arena, "\"%s.t\"", f.id);
        blob_reply(c, f.thumb);
    } else if (str_eq(f.thumb_state, "due")) {
        c->reply.retry_after = THUMB_AGAIN_S;
        problem(c, 404, "thumbnail_not_yet");
    } else {
        problem(c, 404, "no_thumbnail");
    }
}

/* --- the list --------------------------------------------------------------------------------- */

static const struct op table[] = {
    {
        .method = "POST",
        .path = "/api/v1/files",
        .lane = OP_WRITE,
        .flags = OP_BODY | OP_CHANGES,
        .plan = file_upload_plan,
        .render = file_upload_render,
        .replay_plan = file_upload_replay_plan,
        .replay_render = file_upload_replay_render,
        .summary = "Announce a file that will be uploaded in pieces; the same key of repetition "
                   "and body answer the same upload, with what of it has arrived",
        .takes = "{name type size:int sha256}",
        .gives = "{id:uuid offset:int state chunk_max:int chunk_unit:int}",
        .status = 201,
        .refuses = "404 not_found 429 too_many_uploads",
    },
    {
        .method = "PATCH",
        .path = "/api/v1/files/{id}",
        .lane = OP_THREAD,
        .flags = OP_BYTES | OP_CHANGES,
        .handle = file_piece_handle,
        .summary = "Upload the next piece of a file",
        .refuses = "400 bytes_required upload_offset_required 409 wrong_offset 413 "
                 "more_than_announced body_too_large 415 offset_type_expected 422 "
                 "chunk_too_small",
    },
    {
        .method = "GET",
        .path = "/api/v1/files/{id}",
        .lane = OP_THREAD,
        .handle = file_handle,
        .summary = "What is known of a file, and how much of it is here",
        .gives = "{id:uuid name type kind size:int offset:int sha256? state reason? "
                 "thumbnail? at:time record? record_id?:uuid field?}",
    },
    {
        .method = "GET",
        .path = "/api/v1/files/{id}/content",
        .lane = OP_THREAD,
        .handle = content_handle,
        .summary = "Download a file",
        .asks = "inline?:int",
        .gives = "=*/*",
        .refuses = "409 upload_unfinished 416 range_outside 500 file_damaged",
    },
    {
        .method = "GET",
        .path = "/api/v1/files/{id}/thumbnail",
        .lane = OP_THREAD,
        .handle = thumbnail_handle,
        .summary = "A small picture of a photo",
        .gives = "=image/jpeg",
        .refuses = "404 no_thumbnail thumbnail_not_yet 416 range_outside 500 file_damaged",
    },
};

int file_ops(struct arena *a, file_held_fn held, const struct op **ops, int max)
{
    enum { N = sizeof table / sizeof table[0] };
    struct data *d = arena_alloc(a, sizeof *d);
    struct op *own = arena_alloc(a, sizeof table);
    int n = 0;

    d->held = held;
    memcpy(own, table, sizeof table);
    for (; n < N && n < max; n++) {
        own[n].data = d;
        ops[n] = &own[n];
    }
    return n;
}

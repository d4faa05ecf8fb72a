#include "http/front.h"

#include <string.h>

#include "base/log.h"
#include "base/time.h"
#include "http/request.h"

enum { STREAM_BLOCK = 32 * 1024, DEVICE_SECONDS = 180 * 24 * 3600 };

/* ASVS 5.0 3.4: on every answer, errors included. */
static const struct {
    const char *name, *value;
} security[] = {
    {"X-Content-Type-Options", "nosniff"},
    {"Referrer-Policy", "no-referrer"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
};

static const char policy_data[] = "default-src 'none'; frame-ancestors 'none'";
static const char policy_bytes[] = "sandbox; default-src 'none'; frame-ancestors 'none'";
static const char policy_pages[] =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

/* An answer that lacks one of its headers is another answer: it is not sent. */
struct headers {
    struct MHD_Response *to;
    bool whole;
};

static void header(struct headers *h, const char *name, const char *value)
{
    if (value && MHD_add_response_header(h->to, name, value) == MHD_NO)
        h->whole = false;
}

static void headers_common(const struct request *r, struct headers *h, const char *policy)
{
    for (size_t i = 0; i < sizeof security / sizeof *security; i++)
        header(h, security[i].name, security[i].value);
    header(h, "Content-Security-Policy", policy);
    header(h, "X-Request-Id", r->call->id);
    if (r->conn->server->options.secure_cookie)
        header(h, "Strict-Transport-Security", "max-age=31536000");
    if (r->close || r->conn->server->retiring)
        header(h, "Connection", "close");
}

/* --- a call's reply --------------------------------------------------------------------------- */

/* RFC 6266 with RFC 8187: the name percent-encoded, for it may be Chinese. */
static const char *disposition(struct arena *a, const char *file, bool shown)
{
    static const char hex[] = "0123456789ABCDEF";
    size_t n = strlen(file);
    char *out = arena_alloc(a, n * 3 + 1);
    char *at = out;

    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)file[i];
        bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                     c == '-' || c == '.' || c == '_';

        if (plain) {
            *at++ = (char)c;
        } else {
            *at++ = '%';
            *at++ = hex[c >> 4];
            *at++ = hex[c & 15];
        }
    }
    return arena_printf(a, "%s; filename*=UTF-8''%s", shown ? "inline" : "attachment", out);
}

static const char *cookie(const struct request *r, const char *value)
{
    bool secure = r->conn->server->options.secure_cookie;

    return arena_printf(r->call->arena, "%s=%s; Path=/; HttpOnly; SameSite=Strict%s%s",
                        secure ? "__Host-wl" : "wl", value, secure ? "; Secure" : "",
                        *value ? "" : "; Max-Age=0");
}

static const char *device(const struct request *r, const char *pair)
{
    bool secure = r->conn->server->options.secure_cookie;

    return arena_printf(r->call->arena, "%s%s; Path=/; HttpOnly; SameSite=Strict; Max-Age=%d%s",
                        secure ? "__Host-" : "", pair, DEVICE_SECONDS, secure ? "; Secure" : "");
}

static void headers_reply(const struct request *r, struct headers *h)
{
    struct call *c = r->call;

    headers_common(r, h, r->streamed ? policy_bytes : policy_data);
    header(h, "Cache-Control", c->reply.cache ? c->reply.cache : "no-store");
    header(h, "Content-Type", c->reply.type);
    header(h, "Content-Range", c->reply.range);
    header(h, "Accept-Ranges", r->streamed ? "bytes" : NULL);
    header(h, "Upload-Offset", c->reply.upload_offset);
    header(h, "ETag", c->reply.etag);
    header(h, "Location", c->reply.location);
    header(h, "Allow", c->reply.allow);
    if (c->reply.file)
        header(h, "Content-Disposition", disposition(c->arena, c->reply.file, c->reply.shown));
    if (c->reply.cookie)
        header(h, "Set-Cookie", cookie(r, c->reply.cookie));
    if (c->reply.device)
        header(h, "Set-Cookie", device(r, c->reply.device));
    if (c->reply.retry_after)
        header(h, "Retry-After", arena_printf(c->arena, "%d", c->reply.retry_after));
    if (c->dry_run && c->reply.status < 300)
        header(h, "Preference-Applied", "tx=rollback");
    if (c->reply.status == 401)
        header(h, "WWW-Authenticate", "Bearer realm=\"wulian\"");
}

/* What a handler left undone becomes a problem. */
static void reply_settle(struct call *c, bool gone)
{
    if (c->reply.body.over)
        problem(c, 500, "reply_too_large");
    else if (c->reply.status == 0 && gone)
        problem(c, 503, "cancelled");
    else if (c->reply.status < 200 || c->reply.status > 599)
        problem(c, 500, "internal");
}

/* Whether the client holds this answer already. */
static bool reply_known(const struct call *c)
{
    return c->reply.status == 200 && c->reply.etag && c->if_none_match &&
           strcmp(c->method, "GET") == 0 && etag_listed(c->if_none_match, c->reply.etag);
}

static struct MHD_Response *response_owned(struct call *c)
{
    size_t n;
    char *p = buf_take(&c->reply.body, &n);
    struct MHD_Response *m;

    if (n == 0) {
        buf_bytes_free(p);
        return MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
    }
    m = MHD_create_response_from_buffer_with_free_callback(n, p, buf_bytes_free);
    if (!m)
        buf_bytes_free(p);
    return m;
}

static ssize_t stream_read(void *arg, uint64_t at, char *out, size_t n)
{
    struct reply_stream *s = arg;
    ssize_t got = s->read(s, (int64_t)at, out, n);

    return got > 0 ? got : (ssize_t)MHD_CONTENT_READER_END_WITH_ERROR;
}

static void stream_close(void *arg)
{
    struct reply_stream *s = arg;

    s->close(s);
}

/* The library has it from here on, and may close it after the call is gone. */
static struct MHD_Response *response_streamed(struct call *c)
{
    struct reply_stream *s = c->reply.stream;
    struct MHD_Response *m;

    m = MHD_create_response_from_callback((uint64_t)s->n, STREAM_BLOCK, stream_read, s,
                                          stream_close);
    if (m)
        c->reply.stream = NULL;
    return m;
}

/* One line for each answer when the log is at debug; always for what went wrong here, but for a
 * 503, which comes in floods and is counted. The route's pattern, not the path: who knows what a
 * client writes there. */
static void account(const struct request *r, int status)
{
    const struct call *c = r->call;
    int64_t us = clock_mono() - c->started;

    counts_answer(r->conn->server->counts, r->route, status, us);
    problem_count(c);
    log_line(status >= 500 && status != 503 ? LOG_WARN : LOG_DEBUG, "answer",
             "%s %s status %d in %lld us, county %d request %s", c->op ? c->op->method : "-",
             c->op ? c->op->path : "-", status, (long long)us, c->county, c->id);
}

static enum MHD_Result queue(const struct request *r, struct MHD_Connection *mhd, int status,
                             struct headers *h)
{
    enum MHD_Result result =
        h->whole ? MHD_queue_response(mhd, (unsigned)status, h->to) : MHD_NO;

    account(r, status);
    MHD_destroy_response(h->to);
    return result;
}

static enum MHD_Result answer_reply(struct request *r, struct MHD_Connection *mhd)
{
    struct call *c = r->call;
    struct headers h = {.whole = true};

    reply_settle(c, r->conn->gone);
    if (c->reply.close)
        r->close = true;
    /* the body stays: the library leaves it out and says its length, as RFC 9110 8.6 wants */
    if (reply_known(c))
        c->reply.status = 304;
    r->streamed = c->reply.stream != NULL;
    h.to = r->streamed ? response_streamed(c) : response_owned(c);
    if (!h.to)
        return MHD_NO;
    headers_reply(r, &h);
    return queue(r, mhd, c->reply.status, &h);
}

/* --- a static file ---------------------------------------------------------------------------- */

static void headers_file(const struct request *r, struct headers *h)
{
    static const char *const codings[CODINGS] = {NULL, "gzip", "br"};
    const struct static_file *f = r->file;

    headers_common(r, h, policy_pages);
    header(h, "Cache-Control",
           f->immutable ? "public, max-age=31536000, immutable" : "no-cache");
    header(h, "Content-Type", f->type);
    header(h, "ETag", f->body[r->coding].etag);
    header(h, "Content-Encoding", codings[r->coding]);
    header(h, "Vary", "Accept-Encoding, Accept-Language");
}

static enum MHD_Result answer_file(struct request *r, struct MHD_Connection *mhd)
{
    const struct static_body *b = &r->file->body[r->coding];
    const char *known = r->call->if_none_match;
    bool same = known && etag_listed(known, b->etag);
    struct headers h = {.whole = true};

    h.to = MHD_create_response_from_buffer(b->n, b->p, MHD_RESPMEM_PERSISTENT);
    if (!h.to)
        return MHD_NO;
    headers_file(r, &h);
    return queue(r, mhd, same ? 304 : 200, &h);
}

enum MHD_Result answer(struct request *r, struct MHD_Connection *mhd)
{
    struct http_server *s = r->conn->server;

    conn_enter(&s->conns, r->conn, PHASE_SEND, s->now);
    return r->file ? answer_file(r, mhd) : answer_reply(r, mhd);
}

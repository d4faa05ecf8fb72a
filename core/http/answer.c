#include "http/front.h"

#include <string.h>

#include "http/request.h"

enum { STREAM_BLOCK = 32 * 1024 };

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

static void header(struct MHD_Response *m, const char *name, const char *value)
{
    if (value)
        (void)MHD_add_response_header(m, name, value);
}

static void headers_common(const struct request *r, struct MHD_Response *m, const char *policy)
{
    for (size_t i = 0; i < sizeof security / sizeof *security; i++)
        header(m, security[i].name, security[i].value);
    header(m, "Content-Security-Policy", policy);
    header(m, "X-Request-Id", r->call->id);
    if (r->conn->server->options.secure_cookie)
        header(m, "Strict-Transport-Security", "max-age=31536000");
    if (r->close || r->conn->server->draining)
        header(m, "Connection", "close");
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

static void headers_reply(const struct request *r, struct MHD_Response *m)
{
    struct call *c = r->call;

    headers_common(r, m, r->streamed ? policy_bytes : policy_data);
    header(m, "Cache-Control", c->reply.cache ? c->reply.cache : "no-store");
    header(m, "Content-Type", c->reply.type);
    header(m, "Content-Range", c->reply.range);
    header(m, "Accept-Ranges", r->streamed ? "bytes" : NULL);
    header(m, "Upload-Offset", c->reply.upload_offset);
    header(m, "ETag", c->reply.etag);
    header(m, "Location", c->reply.location);
    header(m, "Allow", c->reply.allow);
    if (c->reply.file)
        header(m, "Content-Disposition", disposition(c->arena, c->reply.file, c->reply.shown));
    if (c->reply.cookie)
        header(m, "Set-Cookie", cookie(r, c->reply.cookie));
    if (c->reply.retry_after)
        header(m, "Retry-After", arena_printf(c->arena, "%d", c->reply.retry_after));
    if (c->dry_run && c->reply.status < 300)
        header(m, "Preference-Applied", "tx=rollback");
    if (c->reply.status == 401)
        header(m, "WWW-Authenticate", "Bearer realm=\"wulian\"");
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

static enum MHD_Result queue(struct MHD_Connection *mhd, int status, struct MHD_Response *m)
{
    enum MHD_Result result = MHD_queue_response(mhd, (unsigned)status, m);

    MHD_destroy_response(m);
    return result;
}

static enum MHD_Result answer_reply(struct request *r, struct MHD_Connection *mhd)
{
    struct call *c = r->call;
    struct MHD_Response *m;

    reply_settle(c, r->conn->gone);
    if (c->reply.close)
        r->close = true;
    /* the body stays: the library leaves it out and says its length, as RFC 9110 8.6 wants */
    if (reply_known(c))
        c->reply.status = 304;
    r->streamed = c->reply.stream != NULL;
    m = r->streamed ? response_streamed(c) : response_owned(c);
    if (!m)
        return MHD_NO;
    headers_reply(r, m);
    return queue(mhd, c->reply.status, m);
}

/* --- a static file ---------------------------------------------------------------------------- */

static void headers_file(const struct request *r, struct MHD_Response *m)
{
    static const char *const codings[CODINGS] = {NULL, "gzip", "br"};
    const struct static_file *f = r->file;

    headers_common(r, m, policy_pages);
    header(m, "Cache-Control",
           f->immutable ? "public, max-age=31536000, immutable" : "no-cache");
    header(m, "Content-Type", f->type);
    header(m, "ETag", f->body[r->coding].etag);
    header(m, "Content-Encoding", codings[r->coding]);
    header(m, "Vary", "Accept-Encoding, Accept-Language");
}

static enum MHD_Result answer_file(struct request *r, struct MHD_Connection *mhd)
{
    const struct static_body *b = &r->file->body[r->coding];
    const char *known = r->call->if_none_match;
    bool same = known && etag_listed(known, b->etag);
    struct MHD_Response *m;

    m = MHD_create_response_from_buffer(b->n, b->p, MHD_RESPMEM_PERSISTENT);
    if (!m)
        return MHD_NO;
    headers_file(r, m);
    return queue(mhd, same ? 304 : 200, m);
}

enum MHD_Result answer(struct request *r, struct MHD_Connection *mhd)
{
    struct http_server *s = r->conn->server;

    conn_enter(&s->conns, r->conn, PHASE_SEND, s->now);
    return r->file ? answer_file(r, mhd) : answer_reply(r, mhd);
}

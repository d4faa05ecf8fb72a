#include "http/front.h"

#include <string.h>
#include <sys/socket.h>

#include "base/str.h"
#include "http/request.h"
#include "tenant/quarantine.h"

/* A body past the limit whose length was not announced is read on, so that the client gets its 413
 * instead of a reset; past this it is not worth it. */
enum { DISCARD_MAX = 4 << 20 };

static int64_t request_us(const struct http_server *s)
{
    return (int64_t)s->options.request_ms * 1000;
}

static void body_release(void *arg)
{
    buf_free(arg);
}

/* Called with the request line before libmicrohttpd touches it: the only place where the target is
 * still as it came. */
void *access_line(void *cls, const char *uri, struct MHD_Connection *mhd)
{
    struct http_server *s = cls;
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    struct conn *conn = info ? info->socket_context : NULL;
    struct request *r;
    struct call *c;

    if (!conn)
        return NULL;
    access_release(conn);
    c = call_new(request_us(s));
    r = arena_alloc(c->arena, sizeof *r);
    r->conn = conn;
    r->call = c;
    r->route = -1;
    r->target = arena_strdup(c->arena, uri);
    buf_init(&r->body, CALL_BODY_MAX);
    arena_defer(c->arena, body_release, &r->body);
    conn->request = r;
    if (conn->phase == PHASE_IDLE)
        conn_enter(&s->conns, conn, PHASE_HEAD, s->now);
    return r;
}

/* --- the head -------------------------------------------------------------------------------- */

static enum MHD_Result header_collect(void *cls, enum MHD_ValueKind kind, const char *name,
                                      size_t name_n, const char *value, size_t value_n)
{
    (void)kind;
    guard_header(cls, name, name_n, value ? value : "", value_n);
    return MHD_YES;
}

static bool head_guard(struct request *r, struct MHD_Connection *mhd, const char *method)
{
    struct guard *g = &r->guard;

    MHD_get_connection_values_n(mhd, MHD_HEADER_KIND, header_collect, g);
    r->call->lang = language_choose(g->field[HEAD_ACCEPT_LANGUAGE]);
    if (guard_close(g, method, r->conn->server->options.hosts))
        return true;
    r->close = true;
    return problem(r->call, g->status, g->code);
}

static bool static_answer(struct request *r)
{
    struct call *c = r->call;
    const struct static_file *f = static_find(r->conn->server->statics, c->path, c->lang);

    if (!f)
        return problem(c, 404, "not_found");
    c->reply.allow = "GET, HEAD";
    if (strcmp(c->method, "GET") != 0)
        return problem(c, 405, "method_not_allowed");
    c->if_none_match = arena_strdup(c->arena, r->guard.field[HEAD_IF_NONE_MATCH]);
    r->file = f;
    r->coding = static_coding_choose(f, r->guard.field[HEAD_ACCEPT_ENCODING]);
    return false;
}

/* Whether this would be a route of a plugin that was not loaded because it is held back. */
static bool is_left_out(const char *path)
{
    static const char api[] = "/api/v1/";
    const char *at = plugins_left_out(), *name;
    size_t n;

    while (str_starts(path, api) && (name = str_word_next(&at, &n)))
        if (strncmp(path + strlen(api), name, n) == 0 && path[strlen(api) + n] == '/')
            return true;
    return false;
}

/* False when the answer is already known. */
static bool head_route(struct request *r)
{
    struct call *c = r->call;
    struct path path;
    struct route route;
    enum route_result found;
    const char *code;

    if (!path_parse(c, r->target, &path, &code) || !query_parse(c, r->target, &code))
        return problem(c, 400, code);
    found = path.folder ? ROUTE_NO_PATH /* a page's; of a route it would be an alias */
                        : router_find(r->conn->server->router, c->method, &path, &route);
    if (found == ROUTE_NO_PATH)
        return is_left_out(c->path) ? problem(c, 503, "plugin-quarantined") : static_answer(r);
    c->reply.allow = found == ROUTE_FOUND ? NULL : route.allow;
    if (found == ROUTE_NO_METHOD && strcmp(c->method, "OPTIONS") == 0) {
        reply_empty(c, 204);
        return false;
    }
    if (found == ROUTE_NO_METHOD)
        return problem(c, 405, "method_not_allowed");
    c->op = route.op;
    r->route = route.number;
    memcpy(c->args, route.args, sizeof c->args);
    c->nargs = route.nargs;
    return true;
}

static bool head_accept(struct request *r, struct MHD_Connection *mhd, const char *method)
{
    struct call *c = r->call;
    const struct http_options *o = &r->conn->server->options;

    c->method = strcmp(method, "HEAD") == 0 ? "GET" : arena_strdup(c->arena, method);
    if (!head_guard(r, mhd, method))
        return false;
    c->address = request_address(c, &r->guard, r->conn->address, o->proxies);
    return head_route(r) && request_fill(c, &r->guard, o->secure_cookie) &&
           request_announced(c, &r->guard);
}

/* With a body to come, a refusal is answered from this first callback: later, libmicrohttpd would
 * wait for the whole body before sending it. What is left of the body then cannot be told from a
 * next request, so the connection ends. Without a body the next callback answers and it lives
 * on. */
static enum MHD_Result head_take(struct request *r, struct MHD_Connection *mhd, const char *method)
{
    struct http_server *s = r->conn->server;
    bool fine = head_accept(r, mhd, method);
    bool body = guard_has_body(&r->guard);

    s->busy++;
    r->stage = fine ? STAGE_BODY : STAGE_ANSWER;
    conn_enter(&s->conns, r->conn, body ? PHASE_BODY : PHASE_CALL, s->now);
    if (fine || !(r->close || body))
        return MHD_YES;
    r->close = true;
    if (body)
        conn_linger_keep(r->conn);
    return answer(r, mhd);
}

/* --- the body, the call ---------------------------------------------------------------------- */

static enum MHD_Result body_take(struct request *r, const char *bytes, size_t *n)
{
    buf_add(&r->body, bytes, *n);
    if (r->body.over)
        r->discarded += *n;
    *n = 0;
    return r->discarded > DISCARD_MAX ? MHD_NO : MHD_YES;
}

static void call_done(struct call *c, void *arg)
{
    struct request *r = arg;
    struct http_server *s = r->conn->server;

    (void)c;
    r->stage = STAGE_ANSWER;
    s->run = true;
    MHD_resume_connection(r->conn->mhd);
}

static enum MHD_Result call_start(struct request *r, struct MHD_Connection *mhd)
{
    struct http_server *s = r->conn->server;
    struct call *c = r->call;

    if (r->body.over) {
        problem(c, 413, "body_too_large");
        return answer(r, mhd);
    }
    if (!request_body(c, r->body.p, r->body.n))
        return answer(r, mhd);
    /* the body's way here does not count against the call */
    c->started = s->now;
    c->deadline = s->now + request_us(s);
    r->conn->lang = c->lang;
    conn_enter(&s->conns, r->conn, PHASE_CALL, s->now);
    r->stage = STAGE_CALLED;
    MHD_suspend_connection(mhd);
    s->backend.start(s->backend.self, c, call_done, r);
    if (r->conn->gone)
        access_cancel(r);
    return MHD_YES;
}

void access_cancel(struct request *r)
{
    struct http_server *s = r->conn->server;

    if (r->stage == STAGE_CALLED)
        s->backend.cancel(s->backend.self, r->call);
}

enum MHD_Result access_handle(void *cls, struct MHD_Connection *mhd, const char *url,
                              const char *method, const char *version, const char *upload,
                              size_t *upload_n, void **con_cls)
{
    struct request *r = *con_cls;

    (void)cls;
    (void)url;
    (void)version;
    if (!r)
        return MHD_NO;
    if (r->stage == STAGE_HEAD)
        return head_take(r, mhd, method);
    if (r->stage == STAGE_BODY)
        return *upload_n ? body_take(r, upload, upload_n) : call_start(r, mhd);
    /* also when the client is gone: it may have closed only its sending side */
    return r->stage == STAGE_ANSWER ? answer(r, mhd) : MHD_YES;
}

void access_release(struct conn *conn)
{
    struct request *r = conn->request;

    if (!r)
        return;
    if (r->stage != STAGE_HEAD)
        conn->server->busy--;
    conn->request = NULL;
    call_free(r->call);
}

void access_completed(void *cls, struct MHD_Connection *mhd, void **con_cls,
                      enum MHD_RequestTerminationCode why)
{
    struct http_server *s = cls;
    struct request *r = *con_cls;
    struct conn *conn = r ? r->conn : NULL;

    (void)mhd;
    (void)why;
    *con_cls = NULL;
    if (!conn)
        return;
    access_release(conn);
    conn_enter(&s->conns, conn, PHASE_IDLE, s->now);
    if (s->draining)
        shutdown(conn->fd, SHUT_RD);
}

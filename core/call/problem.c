#include <string.h>

#include "base/meter.h"
#include "base/str.h"
#include "call/call.h"
#include "call/messages.h"
#include "json/jw.h"

static const char *owner(const struct call *c)
{
    return c->op ? c->op->plugin : NULL;
}

/* What an operation had begun to answer does not leak into the problem; how long to wait stays. */
static struct jw *problem_begin(struct call *c, int status)
{
    struct jw *w = reply_json(c, status);

    c->reply.type = "application/problem+json";
    c->reply.etag = c->reply.location = c->reply.file = c->reply.cookie = c->reply.range = NULL;
    c->reply.cache = NULL;
    if (c->reply.stream)
        c->reply.stream->close(c->reply.stream);
    c->reply.stream = NULL;
    if (c->reply.retry_after == 0 && (status == 429 || status == 503))
        c->reply.retry_after = 1;
    return w;
}

static void problem_members(struct call *c, struct jw *w, const char *code, const char *detail)
{
    c->reply.problem = arena_strdup(c->arena, code);
    jw_object(w);
    jw_kv_text(w, "type", arena_printf(c->arena, "urn:wulian:problem:%s", code));
    jw_kv_text(w, "title",
               message(c->lang, owner(c), arena_printf(c->arena, "problem.%s", code)));
    jw_kv_int(w, "status", c->reply.status);
    if (!detail)
        detail = message_find(c->lang, owner(c),
                              arena_printf(c->arena, "problem.%s.detail", code));
    if (detail)
        jw_kv_text(w, "detail", detail);
    jw_kv_text(w, "code", code);
    jw_kv_text(w, "request_id", c->id);
}

/* Not where it is made: that may be from memory, and thought over before it leaves. */
void problem_count(const struct call *c)
{
    if (c->reply.problem && c->reply.status >= 400)
        meter_add(meter_named("wulian_problems_total{code=\"%s\"}", c->reply.problem), 1);
}

bool problem_detail(struct call *c, int status, const char *code, const char *detail)
{
    struct jw *w = problem_begin(c, status);

    problem_members(c, w, code, detail);
    jw_end(w, '}');
    return false;
}

bool problem(struct call *c, int status, const char *code)
{
    return problem_detail(c, status, code, NULL);
}

void fault_text(struct call *c, const char *pointer, const char *code, const char *detail)
{
    if (c->nfaults == FAULTS_MAX)
        return;
    c->faults[c->nfaults++] = (struct fault){
        .pointer = arena_strdup(c->arena, pointer),
        .code = arena_strdup(c->arena, code),
        .detail = detail,
    };
}

const char *fault_pointer(struct call *c, const char *base, const char *name)
{
    size_t base_n = strlen(base);
    char *out = arena_alloc(c->arena, base_n + 2 * strlen(name) + 2);
    char *at = out + base_n;

    memcpy(out, base, base_n);
    *at++ = '/';
    for (; *name; name++) {
        if (*name == '~' || *name == '/')
            *at++ = '~';
        *at++ = *name == '~' ? '0' : *name == '/' ? '1' : *name;
    }
    *at = '\0';
    return out;
}

void fault_add(struct call *c, const char *pointer, const char *code, const char *const *args)
{
    const char *text = message(c->lang, owner(c), arena_printf(c->arena, "fault.%s", code));

    fault_text(c, pointer, code, message_fill(c->arena, text, args));
}

bool query_refuse(struct call *c, const char *name, const char *code)
{
    const char *const args[] = {name, NULL};

    fault_add(c, arena_printf(c->arena, "?%s", name), code, args);
    return false;
}

void query_known(struct call *c, const char *names)
{
    for (int i = 0; i < c->nquery; i++)
        if (!str_has_word(names, c->query[i].name))
            query_refuse(c, c->query[i].name, "unknown_parameter");
}

bool faults_reply(struct call *c)
{
    return faults_reply_as(c, 422, "invalid_input");
}

bool faults_reply_as(struct call *c, int status, const char *code)
{
    struct jw *w;

    if (c->nfaults == 0)
        return false;
    w = problem_begin(c, status);
    problem_members(c, w, code, NULL);
    jw_key(w, "errors");
    jw_array(w);
    for (int i = 0; i < c->nfaults; i++) {
        jw_object(w);
        jw_kv_text(w, "pointer", c->faults[i].pointer);
        jw_kv_text(w, "code", c->faults[i].code);
        jw_kv_text(w, "detail", c->faults[i].detail);
        jw_end(w, '}');
    }
    jw_end(w, ']');
    jw_end(w, '}');
    return true;
}

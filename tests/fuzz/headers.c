/* The framing guard, and what is read of the headers that it lets pass: "Name: value" lines behind a
 * line with the method. */
#include "fuzz.h"

#include <strings.h>

#include "http/request.h"

struct seen {
    int lengths, encodings, hosts, all;
};

static void head_line(struct guard *g, struct seen *seen, char *line)
{
    char *colon = strchr(line, ':');
    const char *value = "";

    if (colon) {
        *colon = '\0';
        value = colon + 1 + strspn(colon + 1, " ");
    }
    seen->all++;
    seen->lengths += strcasecmp(line, "content-length") == 0;
    seen->encodings += strcasecmp(line, "transfer-encoding") == 0;
    seen->hosts += strcasecmp(line, "host") == 0;
    guard_header(g, line, strlen(line), value, strlen(value));
}

/* What is left to see on a request that may go on: no two ways to say where its body ends. */
static void accepted(const struct guard *g, const struct seen *seen)
{
    must(seen->lengths <= 1 && seen->encodings <= 1 && seen->hosts == 1);
    must(seen->lengths + seen->encodings <= 1);
    must(seen->all <= GUARD_HEADERS_MAX && g->length >= 0);
    must(!g->chunked || seen->encodings == 1);
    must(g->length == 0 || seen->lengths == 1);
}

static void request_read(const char *method, const struct guard *g)
{
    static const struct op op = {.method = "POST", .path = "/x", .flags = OP_BODY};
    struct call *c = call_new(1000000);

    c->op = &op;
    c->method = method;
    c->lang = language_choose(g->field[HEAD_ACCEPT_LANGUAGE]);
    if (request_fill(c, g, false) && request_announced(c, g))
        must(!c->secret || strlen(c->secret) == 43);
    else
        must(c->reply.status >= 400);
    call_free(c);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    enum { LINES = 200 };
    char *kept[LINES];
    struct guard g = {0};
    struct seen seen = {0};
    size_t at = 0;
    int lines = 0;
    char *method = fuzz_piece(p, n, &at, '\n');

    while (at < n && lines < LINES) {
        kept[lines] = fuzz_piece(p, n, &at, '\n');
        head_line(&g, &seen, kept[lines++]);
    }
    if (guard_close(&g, method, "wulian.example 127.0.0.1")) {
        accepted(&g, &seen);
        request_read(method, &g);
    } else {
        must(g.status >= 400 && g.code);
    }
    while (lines > 0)
        free(kept[--lines]);
    free(method);
    return 0;
}

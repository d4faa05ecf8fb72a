/* The request target: decoded once, or refused. */
#include "fuzz.h"

#include "base/str.h"
#include "http/path.h"

/* Decoded text that goes on into handlers. */
static void clean(const char *s)
{
    must(utf8_valid(s, strlen(s)));
}

static void path_holds(const struct call *c, const struct path *p)
{
    must(p->n >= 0 && p->n <= PATH_SEGMENTS_MAX);
    must(c->path[0] == '/' && !strchr(c->path, '?'));
    for (int i = 0; i < p->n; i++) {
        clean(p->segment[i]);
        must(*p->segment[i] && !str_eq(p->segment[i], ".") && !str_eq(p->segment[i], ".."));
        must(!strpbrk(p->segment[i], "/\\"));
    }
}

static void query_holds(const struct call *c)
{
    must(c->nquery >= 0 && c->nquery <= CALL_QUERY_MAX);
    for (int i = 0; i < c->nquery; i++) {
        clean(c->query[i].name);
        clean(c->query[i].value);
        must(*c->query[i].name);
        for (int k = 0; k < i; k++)
            must(!str_eq(c->query[i].name, c->query[k].name));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct call *c = call_new(1000000);
    struct path path = {0};
    const char *code = NULL;
    size_t at = 0;
    char *target = fuzz_piece(p, n, &at, '\0');

    if (path_parse(c, target, &path, &code))
        path_holds(c, &path);
    else
        must(code);
    code = NULL;
    if (query_parse(c, target, &code))
        query_holds(c);
    else
        must(code);
    call_free(c);
    free(target);
    return 0;
}

#include "http/router.h"

#include <string.h>

#include "base/str.h"

enum { VERBS = 5 };
static const char *const verbs[VERBS] = {"GET", "POST", "PUT", "PATCH", "DELETE"};

/* One place in the tree of paths. */
struct node {
    const char *literal; /* the segment that leads here; NULL for a capture */
    size_t literal_n;
    struct node *next;   /* next child of the same parent */
    struct node *children;
    struct node *capture;
    const struct op *ops[VERBS];
    int number[VERBS];
    const char *allow; /* NULL: no operation ends here */
};

struct router {
    struct node root;
};

static int verb_of(const char *method)
{
    for (int v = 0; v < VERBS; v++)
        if (strcmp(verbs[v], method) == 0)
            return v;
    return -1;
}

/* --- building -------------------------------------------------------------------------------- */

static struct node *child_literal(const struct node *at, const char *s, size_t n)
{
    for (struct node *c = at->children; c; c = c->next)
        if (c->literal_n == n && memcmp(c->literal, s, n) == 0)
            return c;
    return NULL;
}

static struct node *child_made(struct arena *a, struct node *at, const char *s, size_t n)
{
    struct node *c;

    if (s[0] == '{') {
        if (!at->capture)
            at->capture = arena_alloc(a, sizeof *at->capture);
        return at->capture;
    }
    c = child_literal(at, s, n);
    if (c)
        return c;
    c = arena_alloc(a, sizeof *c);
    c->literal = arena_strndup(a, s, n);
    c->literal_n = n;
    c->next = at->children;
    at->children = c;
    return c;
}

static bool segment_well_formed(const char *s, size_t n)
{
    size_t inner = strcspn(s, "{}/");

    if (s[0] != '{')
        return n > 0 && inner == n;
    inner = strcspn(s + 1, "{}/");
    return n > 2 && inner == n - 2 && s[n - 1] == '}';
}

/* The node where the pattern ends, made on the way; NULL when the pattern is malformed. */
static struct node *node_made(struct arena *a, struct node *root, const char *pattern)
{
    struct node *at = root;
    int segments = 0;
    int captures = 0;

    if (pattern[0] != '/' || !pattern[1])
        return pattern[0] == '/' ? root : NULL;
    while (*pattern) {
        const char *s = pattern + 1;
        size_t n = strcspn(s, "/");

        captures += s[0] == '{';
        if (!segment_well_formed(s, n) || captures > CALL_ARGS_MAX ||
            ++segments > PATH_SEGMENTS_MAX)
            return NULL;
        at = child_made(a, at, s, n);
        pattern = s + n;
    }
    return at;
}

static void allow_write(struct arena *a, struct node *at)
{
    const char *text = "";

    for (int v = 0; v < VERBS; v++)
        if (at->ops[v])
            text = arena_printf(a, "%s%s%s, ", text, verbs[v], v == 0 ? ", HEAD" : "");
    at->allow = arena_printf(a, "%sOPTIONS", text);
}

struct router *router_new(struct arena *a, const struct op *const *ops, int n, const char **why)
{
    struct router *r = arena_alloc(a, sizeof *r);

    for (int i = 0; i < n; i++) {
        int v = verb_of(ops[i]->method);
        struct node *at = node_made(a, &r->root, ops[i]->path);

        if (v < 0 || !at) {
            *why = arena_printf(a, "%s %s: not a valid route", ops[i]->method, ops[i]->path);
            return NULL;
        }
        if (at->ops[v]) {
            *why = arena_printf(a, "%s %s: stands twice", ops[i]->method, ops[i]->path);
            return NULL;
        }
        at->ops[v] = ops[i];
        at->number[v] = i;
        allow_write(a, at);
    }
    return r;
}

/* --- finding --------------------------------------------------------------------------------- */

/* Depth is bounded by PATH_SEGMENTS_MAX; at each step at most two ways lead on. */
static const struct node *walk(const struct node *at, const struct path *p, int i,
                               struct route *out)
{
    const struct node *found;
    const struct node *c;
    int nargs = out->nargs;

    if (i == p->n)
        return at->allow ? at : NULL;
    c = child_literal(at, p->segment[i], strlen(p->segment[i]));
    found = c ? walk(c, p, i + 1, out) : NULL;
    if (found || !at->capture || nargs == CALL_ARGS_MAX)
        return found;
    out->args[nargs] = p->segment[i];
    out->nargs = nargs + 1;
    found = walk(at->capture, p, i + 1, out);
    if (!found)
        out->nargs = nargs;
    return found;
}

enum route_result router_find(const struct router *r, const char *method, const struct path *p,
                              struct route *out)
{
    const struct node *at;
    int v = verb_of(strcmp(method, "HEAD") == 0 ? "GET" : method);

    *out = (struct route){0};
    at = walk(&r->root, p, 0, out);
    if (!at)
        return ROUTE_NO_PATH;
    out->allow = at->allow;
    if (v < 0 || !at->ops[v])
        return ROUTE_NO_METHOD;
    out->op = at->ops[v];
    out->number = at->number[v];
    return ROUTE_FOUND;
}

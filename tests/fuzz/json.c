/* A body: parsed or refused, told again the same, and taken as a new record or refused with every
 * fault at a pointer. */
#include "planned.h"

#include "base/arena.h"
#include "http/request.h"
#include "record/sample.h"

static struct sample sample;
static const struct op *create, *patch;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    sample_open(&sample);
    create = sample_op(&sample, sample.job, "POST", "");
    patch = sample_op(&sample, sample.job, "PATCH", "/{id}");
    return 0;
}

/* What we tell of a value is the same value. */
static void told_again(const char *text, size_t n)
{
    struct arena *a = arena_new(256 << 20);
    struct jv_fault fault = {0};
    const struct jv *v = jv_parse(a, text, n, &fault);

    if (v) {
        const char *once = jv_dump(a, v);
        const struct jv *again = jv_parse(a, once, strlen(once), &fault);

        must(again);
        must(strcmp(once, jv_dump(a, again)) == 0);
    } else {
        must(fault.text && fault.line >= 0 && fault.column >= 0);
    }
    arena_free(a);
}

static void planned(const struct op *op, const char *text, size_t n)
{
    struct call *c = sample_call(op, NULL);
    struct db_batch *b = batch_new(c->arena, c->deadline);

    c->method = op->method;
    c->path = op->path;
    c->args[0] = SAMPLE_ROW;
    c->nargs = 1;
    c->if_match = "\"v1\"";
    if (request_body(c, text, n) && op->plan(c, b)) {
        must(c->nfaults == 0);
        planned_holds(b);
    } else {
        must(c->reply.status >= 400);
    }
    for (int i = 0; i < c->nfaults; i++)
        must(c->faults[i].pointer && c->faults[i].code);
    call_free(c);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    char *text = malloc(n + 1);

    must(text);
    memcpy(text, p, n);
    text[n] = '\0';
    told_again(text, n);
    planned(create, text, n);
    planned(patch, text, n);
    free(text);
    return 0;
}

/* The parameters of a list, "name=value" a line: read or refused. No value may reach the text of a
 * statement, for a reader who sees all and for one who sees masks. */
#include "fuzz.h"

#include "base/str.h"
#include "db/db.h"
#include "record/sample.h"

static struct sample sample;
static const struct op *list;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    sample_open(&sample);
    list = sample_op(&sample, sample.job, "GET", "");
    return 0;
}

static bool taken(struct call *c)
{
    struct db_batch *b = batch_new(c->arena, c->deadline);

    if (!list->plan(c, b)) {
        must(c->reply.status >= 400);
        return false;
    }
    must(c->nfaults == 0 && b->n > 0);
    return true;
}

static void asked(const uint8_t *p, size_t n, bool masked)
{
    struct call *c = sample_call(list, NULL);
    char *line[CALL_QUERY_MAX];
    size_t at = 0;
    int lines = 0;

    c->masked = masked;
    while (at < n && lines < CALL_QUERY_MAX) {
        char *s = line[lines++] = fuzz_piece(p, n, &at, '\n');
        char *value = strchr(s, '=');

        if (!utf8_valid(s, strlen(s)) || !value)
            continue;
        *value = '\0';
        c->query[c->nquery++] = (struct call_param){s, value + 1};
    }
    taken(c);
    call_free(c);
    while (lines > 0)
        free(line[--lines]);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    asked(p, n, false);
    asked(p, n, true);
    return 0;
}

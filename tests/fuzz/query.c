/* The parameters of a list, "name=value" a line: read or refused. No value may reach the text of a
 * statement, for a reader who sees all and for one who sees masks: all go as they came, and then
 * each in turn marked with a letter that no statement of ours has. */
#include "planned.h"

#include "base/arena.h"
#include "base/str.h"
#include "record/sample.h"

#define MARK "\xe6\x83\x91"

static struct sample sample;
static const struct op *list;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    sample_open(&sample);
    list = sample_op(&sample, sample.job, "GET", "");
    for (int i = 0; i < sample.job->nfields; i++) /* of every type, as far as types go */
        sample.job->fields[i].d.flags |= WL_FILTER | WL_SORT;
    return 0;
}

static void planned(struct call *c)
{
    struct db_batch *b = batch_new(c->arena, c->deadline);

    if (!list->plan(c, b)) {
        must(c->reply.status >= 400);
        return;
    }
    must(c->nfaults == 0);
    planned_holds(b);
}

enum { NONE = -1 };

/* How many parameters there were; the one of that number goes marked. */
static int asked(const uint8_t *p, size_t n, bool masked, int marked)
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
        *value++ = '\0';
        if (c->nquery == marked)
            value = arena_printf(c->arena, "%s" MARK "%s", value, value);
        c->query[c->nquery++] = (struct call_param){s, value};
    }
    int all = c->nquery;
    planned(c);
    call_free(c);
    while (lines > 0)
        free(line[--lines]);
    return all;
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    int all = asked(p, n, false, NONE);

    asked(p, n, true, NONE);
    for (int i = 0; i < all; i++)
        asked(p, n, false, i);
    return 0;
}

/* A plugin's description with anything in its texts and numbers: compiled, or refused with one line
 * that says why. The bytes are changes of a description that is right: what, of which row, to what. */
#include "fuzz.h"

#include "base/arena.h"
#include "base/str.h"
#include "plugin/check.h"
#include "record/sample.h"

static struct sample sample;

enum { FIELDS_MAX = 40, ACTIONS_MAX = 16 };

struct changed {
    struct wl_plugin plugin;
    struct wl_record record;
    struct wl_field field[FIELDS_MAX];
    struct wl_action action[ACTIONS_MAX];
};

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    sample_open(&sample);
    return 0;
}

/* Rows as the host copies them: each min(stride, own), the rest zero. */
static void rows_copy(void *to, size_t size, const void *rows, size_t count, size_t stride)
{
    for (size_t i = 0; i < count; i++)
        memcpy((char *)to + i * size, (const char *)rows + i * stride,
               stride < size ? stride : size);
}

static void take_sample(struct changed *c)
{
    memset(c, 0, sizeof *c);
    c->plugin = sample_plugin;
    c->record = sample_job;
    rows_copy(c->field, sizeof *c->field, sample_job.fields.rows, sample_job.fields.count,
              sample_job.fields.stride);
    rows_copy(c->action, sizeof *c->action, sample_job.actions.rows, sample_job.actions.count,
              sample_job.actions.stride);
    c->record.fields.rows = c->field;
    c->record.fields.stride = sizeof *c->field;
    c->record.actions.rows = c->action;
    c->record.actions.stride = sizeof *c->action;
}

/* One change: its first byte says what, the second of which row, the rest to what. "-" takes a text
 * away. */
static void change(struct changed *c, struct arena *a, const char *line)
{
    const char *text = line[0] && line[1] ? arena_strdup(a, line + 2) : "";
    struct wl_field *f = &c->field[(unsigned char)line[1] % (c->record.fields.count)];
    struct wl_action *t = &c->action[(unsigned char)line[1] % (c->record.actions.count)];
    int64_t number = strtol(text, NULL, 0);
    const char **const texts[] = {
        &c->plugin.name, &c->plugin.version, &c->record.name, &c->record.path,
        &c->record.object, &c->record.states, &c->record.sort, &c->record.person,
        &c->record.verbs, &f->name, &f->of, &t->name, &t->from, &t->to, &t->permission,
        &t->input, &t->only, &t->never, &t->refusal,
    };
    enum { TEXTS = sizeof texts / sizeof texts[0], NUMBERS = 6 };
    unsigned what = (unsigned char)line[0] % (TEXTS + NUMBERS);

    if (what < TEXTS)
        *texts[what] = str_eq(text, "-") ? NULL : text;
    else if (what == TEXTS)
        f->type = (uint32_t)number;
    else if (what == TEXTS + 1)
        f->sensitivity = (uint32_t)number;
    else if (what == TEXTS + 2)
        f->flags = (uint32_t)number;
    else if (what == TEXTS + 3)
        f->min = number;
    else if (what == TEXTS + 4)
        f->max = number;
    else if ((size_t)(number % FIELDS_MAX) >= 1 && number > 0)
        c->record.fields.count = (uint32_t)(number % FIELDS_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    static struct changed c;
    struct arena *a = arena_new(64 << 20);
    struct rec *r = arena_alloc(a, sizeof *r);
    const char *why = "";
    size_t at = 0;

    take_sample(&c);
    for (int i = 0; at < n && i < 8; i++) {
        char *line = fuzz_piece(p, n, &at, '\n');

        if (line[0] && line[1] && utf8_valid(line, strlen(line)))
            change(&c, a, line);
        free(line);
    }
    if (module_check(a, &c.plugin, false, &why) &&
        rec_compile(a, &c.plugin, false, &c.record, r, &why))
        must(r->nfields > 0 && r->name);
    else
        must(*why && !strchr(why, '\n'));
    arena_free(a);
    return 0;
}

/* Cursors: none but our own is taken, and of ours not one that was changed. */
#include "fuzz.h"

#include "base/arena.h"
#include "record/cursor.h"
#include "record/sample.h"

static struct sample sample;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    sample_open(&sample);
    return 0;
}

/* Our own comes back as it went in; with any byte of it changed, it does not. */
static void own(struct arena *a, const char *sort, size_t n, uint8_t flip)
{
    const char *about = "job?sort=-day";
    const char *made = cursor_make(a, about, sort, SAMPLE_ROW);
    const char *back, *id;
    char *changed = arena_strdup(a, made);
    char *byte = &changed[flip % strlen(changed)];

    must(cursor_read(a, made, about, &back, &id));
    must(strcmp(id, SAMPLE_ROW) == 0 && strncmp(back, sort, n) == 0);
    must(!cursor_read(a, made, "job?sort=day", &back, &id));
    *byte = *byte == 'A' ? 'B' : 'A';
    if (byte[1]) /* the last character may hold bits that mean nothing */
        must(!cursor_read(a, changed, about, &back, &id));
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct arena *a = arena_new(4 << 20);
    const char *sort, *id;
    size_t at = 1;
    char *text = fuzz_piece(p, n, &at, '\0');

    must(!cursor_read(a, text, "job?sort=-day", &sort, &id));
    own(a, text, strlen(text) < 400 ? strlen(text) : 400, n ? p[0] : 0);
    arena_free(a);
    free(text);
    return 0;
}

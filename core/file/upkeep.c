#include "file/upkeep.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/log.h"
#include "call/lazy.h"
#include "file/store.h"
#include "file/thumb.h"
#include "tenant/keyring.h"

enum { ARENA_MAX = 8 << 20, RUN_US = 30 * 1000 * 1000, THUMBS_AT_ONCE = 10, OLD_S = 86400 };

static struct lazy due_sql = {.sql = "select id, address, type from core.file_thumbs_due($1, $2)"};
static struct lazy set_sql = {.sql = "select core.file_thumb_set($1, $2::uuid, $3::bytea)"};
static struct lazy keys_sql = {.sql = "select purpose, id, wrapped from core.file_keys($1)"};
static struct lazy named_sql = {.sql = "select address from core.file_named($1, $2::bytea[])"};

static const struct db_rows *ask(struct db_conn *gate, struct arena *a, struct lazy *l, int n,
                                 const char *const *params)
{
    struct db_error e;
    const struct db_rows *r = db_ask(gate, a, lazy_stmt(l), n, params, RUN_US, &e);

    if (!r)
        log_line(LOG_ERROR, "job_refused", "sqlstate %s", e.sqlstate);
    return r;
}

static const char *county_text(struct arena *a, int county)
{
    return arena_printf(a, "%d", county);
}

/* As they are now: a file may be sealed under a key that is younger than this process's ring. */
bool file_keys_load(struct db_conn *gate, struct arena *a, int county)
{
    const char *p[] = {county_text(a, county)};
    const struct db_rows *r = ask(gate, a, &keys_sql, 1, p);

    for (int i = 0; r && i < rows_count(r); i++) {
        size_t n = 0;
        const uint8_t *wrapped = rows_bytes(a, r, i, 2, &n);

        keyring_put(county, rows_text(r, i, 0), (uint32_t)rows_int(r, i, 1), wrapped, n);
    }
    return keyring_has(county);
}

static bool thumb_run(struct db_conn *gate, struct arena *a, int county, const struct db_rows *due,
                      int i)
{
    char address[FILE_ADDRESS_TEXT];
    enum thumb t = thumb_make(county, rows_text(due, i, 1), rows_text(due, i, 2), address);
    const char *p[] = {county_text(a, county), rows_text(due, i, 0),
                       t == THUMB_MADE ? arena_printf(a, "\\x%s", address) : NULL};

    if (t == THUMB_NONE)
        log_line(LOG_INFO, "thumbnail_none", "county %d file %s", county, p[1]);
    return t != THUMB_LATER && ask(gate, a, &set_sql, 3, p);
}

bool file_thumbs_run(struct db_conn *gate, int county, bool *more)
{
    struct arena *a = arena_new(ARENA_MAX);
    const char *p[] = {county_text(a, county), arena_printf(a, "%d", THUMBS_AT_ONCE)};
    const struct db_rows *due = ask(gate, a, &due_sql, 2, p);
    bool ok = due && (rows_count(due) == 0 || file_keys_load(gate, a, county));

    for (int i = 0; ok && i < rows_count(due); i++)
        ok = thumb_run(gate, a, county, due, i);
    *more = ok && rows_count(due) == THUMBS_AT_ONCE;
    arena_free(a);
    return ok;
}

/* --- sweep ------------------------------------------------------------------------------------ */

static const char *addresses_text(struct arena *a, const struct file_sweep *s)
{
    struct buf b;
    const char *text;

    buf_init(&b, (size_t)s->n * (FILE_ADDRESS_TEXT + 8) + 8);
    buf_char(&b, '{');
    for (int i = 0; i < s->n; i++)
        buf_printf(&b, "%s\"\\\\x%s\"", i ? "," : "", s->address[i]);
    buf_char(&b, '}');
    text = arena_strdup(a, b.p);
    buf_free(&b);
    return text;
}

static bool named_ask(void *gate, int county, struct file_sweep *s)
{
    struct arena *a = arena_new(ARENA_MAX);
    const char *p[] = {county_text(a, county), addresses_text(a, s)};
    const struct db_rows *r = ask(gate, a, &named_sql, 2, p);

    for (int i = 0; r && i < s->n; i++) {
        s->named[i] = false;
        for (int k = 0; k < rows_count(r) && !s->named[i]; k++)
            s->named[i] = strcmp(rows_text(r, k, 0), s->address[i]) == 0;
    }
    arena_free(a);
    return r != NULL;
}

bool file_sweep_run(struct db_conn *gate, int county)
{
    int gone = file_sweep(county, OLD_S, named_ask, gate);

    if (gone > 0)
        log_line(LOG_INFO, "job", "sweep files: %d in county %d", gone, county);
    return gone >= 0;
}

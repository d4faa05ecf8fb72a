/* `wulian keys`: a county's data keys, and the master key over them. */
#include "cli.h"

#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "base/uuid.h"
#include "json/jw.h"
#include "keys_rotate.h"
#include "tenant/keyring.h"
#include "tenant/open.h"

enum { LIST_MAX = 16 << 20, BATCH = 500, BATCH_MAX = 5000, COLUMNS = 6 };

static const char usage[] =
    "usage: wulian keys list [--county CODE] [--json]\n"
    "       wulian keys rotate --county CODE [--batch ROWS] [--json]\n"
    "       wulian keys rewrap --new FILE\n"
    "\n"
    "list    which keys each county has; never the keys themselves\n"
    "rotate  makes a new data key for a county and seals every encrypted value under it, while "
    "the\n"
    "        server works. Killed, it goes on where it was. Older keys are retired when nothing "
    "in\n"
    "        the database is under them any more; they stay, for backups and files\n"
    "rewrap  wraps every key of every county under the master key in FILE (64 hex digits), in one\n"
    "        transaction. Then put FILE in the place of keys.master_file and restart the server\n"
    "\n"
    "Keys stand in no argument, log or process list.\n";

struct request {
    const char *county, *batch, *new_file;
    bool json;
};

static enum exit_status wrong(const struct cli *c, const char *text)
{
    cli_fail(c, "%s; see --help", text);
    return EXIT_USAGE;
}

static bool county_read(const char *text, int *county)
{
    int64_t n;

    if (!text || strlen(text) != 6 || !str_int64(text, &n) || n < 100000)
        return false;
    *county = (int)n;
    return true;
}

/* --- list ------------------------------------------------------------------------------------- */

static void list_json(const struct db_rows *rows)
{
    struct buf b;
    struct jw w;

    buf_init(&b, LIST_MAX);
    jw_init(&w, &b);
    jw_array(&w);
    for (int i = 0; i < rows_count(rows); i++) {
        jw_object(&w);
        jw_kv_int(&w, "county", rows_int(rows, i, 0));
        jw_kv_text(&w, "purpose", rows_text(rows, i, 1));
        jw_kv_int(&w, "id", rows_int(rows, i, 2));
        jw_kv_text(&w, "state", rows_text(rows, i, 3));
        jw_kv_text(&w, "created_at", rows_text(rows, i, 4));
        jw_kv_text(&w, "retired_at", rows_null(rows, i, 5) ? NULL : rows_text(rows, i, 5));
        jw_end(&w, '}');
    }
    jw_end(&w, ']');
    puts(b.p);
    buf_free(&b);
}

static void list_table(struct arena *a, const struct db_rows *rows)
{
    static const char *const titles[] = {"county", "purpose", "id", "state", "made", "retired"};
    size_t n = (size_t)rows_count(rows);
    const char **cells = arena_alloc(a, (n + 1) * COLUMNS * sizeof *cells);

    for (size_t i = 0; i < n; i++)
        for (int k = 0; k < COLUMNS; k++)
            cells[i * COLUMNS + (size_t)k] = rows_text(rows, (int)i, k);
    cli_table(titles, COLUMNS, cells, n);
}

static enum exit_status list(struct cli *c, struct db_conn *owner, const struct request *q)
{
    struct db_error e;
    int county = 0;
    const char *p[] = {q->county};
    const struct db_rows *rows;

    if (q->county && !county_read(q->county, &county))
        return wrong(c, "--county needs six digits");
    rows =
        db_query(owner, c->arena,
                 "select k.county, k.purpose, k.id, case when k.retired_at is not null then"
                 " 'retired' when exists (select from core.county_key n where n.county = k.county"
                 " and n.purpose = k.purpose and n.id > k.id) then 'in use' else 'newest' end,"
                 " date_trunc('second', k.created_at), date_trunc('second', k.retired_at)"
                 " from core.county_key k where $1::int is null or k.county = $1::int"
                 " order by k.county, k.purpose, k.id",
                 1, p, &e);
    if (!rows)
        return cli_fail(c, "keys: %s", e.message);
    if (q->json)
        list_json(rows);
    else
        list_table(c->arena, rows);
    return EXIT_OK;
}

/* --- rotate ----------------------------------------------------------------------------------- */

static void rotation_json(const struct rotation *r)
{
    struct buf b;
    struct jw w;

    buf_init(&b, LIST_MAX);
    jw_init(&w, &b);
    jw_object(&w);
    jw_kv_int(&w, "county", r->county);
    jw_kv_int(&w, "key", r->key);
    jw_kv_bool(&w, "resumed", r->resumed);
    jw_kv_int(&w, "moved", r->moved);
    jw_kv_int(&w, "broken", r->broken);
    jw_kv_int(&w, "files", r->files);
    jw_kv_bool(&w, "retired", r->retired);
    jw_end(&w, '}');
    puts(b.p);
    buf_free(&b);
}

static void rotation_print(const struct rotation *r)
{
    printf("%d: data key %u, %lld values sealed anew%s\n", r->county, (unsigned)r->key,
           (long long)r->moved, r->resumed ? " (going on with an earlier run)" : "");
    if (r->retired)
        puts("the older keys are retired");
    else if (r->files)
        printf("the older keys stay in use: %lld uploaded files are sealed under them\n",
               (long long)r->files);
    else if (!r->broken)
        puts("the older keys stay in use: values were changing; run it again");
}

static enum exit_status rotate(struct cli *c, struct db_conn *owner, const struct request *q)
{
    struct rotation r = {.batch = BATCH};
    int64_t batch = BATCH;

    if (!county_read(q->county, &r.county))
        return wrong(c, "--county needs six digits");
    if (q->batch && (!str_int64(q->batch, &batch) || batch < 1 || batch > BATCH_MAX))
        return wrong(c, "--batch is 1 to 5000");
    r.batch = (int)batch;
    if (!keys_rotate(c, owner, &r))
        return EXIT_FAILED;
    if (q->json)
        rotation_json(&r);
    else
        rotation_print(&r);
    if (r.broken)
        return cli_fail(c,
                        "%lld values do not open: altered, moved or under a key that is missing;"
                        " they were left as they are",
                        (long long)r.broken);
    return EXIT_OK;
}

/* --- rewrap ----------------------------------------------------------------------------------- */

static struct db_rows *query(struct cli *c, struct db_conn *owner, const char *sql, int n,
                             const char *const *p)
{
    struct db_error e;
    struct db_rows *rows = db_query(owner, c->arena, sql, n, p, &e);

    if (!rows)
        cli_fail(c, "keys: %s", e.message);
    return rows;
}

static bool row_rewrap(struct cli *c, struct db_conn *owner, const struct seal_key *to,
                       const struct db_rows *rows, int i)
{
    uint8_t fresh[KEY_LEN + SEAL_OVERHEAD];
    char *hex = arena_alloc(c->arena, 2 * sizeof fresh + 1);
    size_t n = 0;
    const uint8_t *wrapped = rows_bytes(c->arena, rows, i, 3, &n);
    const char *p[] = {rows_text(rows, i, 0), rows_text(rows, i, 1), rows_text(rows, i, 2), hex};

    if (!keyring_rewrap(to, (int)rows_int(rows, i, 0), p[1], (uint32_t)rows_int(rows, i, 2),
                        wrapped, n, fresh)) {
        cli_fail(c, "key %s %s of %s does not open under the master key in use", p[1], p[2], p[0]);
        return false;
    }
    hex_encode(fresh, sizeof fresh, hex);
    return query(c, owner,
                 "with k as (update core.county_key set wrapped = decode($4, 'hex')"
                 " where county = $1::int and purpose = $2 and id = $3::int returning county, id)"
                 " insert into core.audit (county, actor, action, object, request, n)"
                 " select county, '" NOBODY_UUID "', 'key_rewrap', 'core.county_key',"
                 " gen_random_uuid(), id from k",
                 4, p) != NULL;
}

/* All or none: a county whose keys are under one master and another's under the next is no state to
 * be in. */
static enum exit_status rewrap(struct cli *c, struct db_conn *owner, const struct request *q)
{
    struct seal_key to;
    struct db_error e;
    const struct db_rows *rows;
    const char *why = "";
    bool ok;

    if (!q->new_file)
        return wrong(c, "--new names the file of the new master key");
    if (!keyring_file_read(q->new_file, &to, &why))
        return cli_fail(c, "%s", why);
    if (db_script(owner, c->arena, "begin; lock table core.county_key in exclusive mode", &e) !=
        DB_OK)
        return cli_fail(c, "keys: %s", e.message);
    rows = query(c, owner, "select county, purpose, id, wrapped from core.county_key", 0, NULL);
    ok = rows != NULL;
    for (int i = 0; ok && i < rows_count(rows); i++)
        ok = row_rewrap(c, owner, &to, rows, i);
    crypto_wipe(&to, sizeof to);
    if (db_script(owner, c->arena, ok ? "commit" : "rollback", &e) != DB_OK)
        return cli_fail(c, "keys: %s", e.message);
    if (ok)
        printf("%d keys are under the new master key. Put %s in the place of keys.master_file and"
               " restart the server; keep the old file for older backups.\n",
               rows_count(rows), q->new_file);
    return ok ? EXIT_OK : EXIT_FAILED;
}

/* --- the command ------------------------------------------------------------------------------ */

static const struct {
    const char *word;
    enum exit_status (*run)(struct cli *c, struct db_conn *owner, const struct request *q);
} actions[] = {{"list", list}, {"rotate", rotate}, {"rewrap", rewrap}};

static enum exit_status start(struct cli *c, const struct request *q)
{
    enum exit_status status = EXIT_FAILED;
    const char *why = "";
    size_t i = 0;
    struct db_conn *owner;

    while (i < sizeof actions / sizeof *actions &&
           !(c->nwords == 1 && str_eq(c->words[0], actions[i].word)))
        i++;
    if (i == sizeof actions / sizeof *actions)
        return wrong(c, "what it does is: list, rotate, rewrap");
    if (!keyring_open(settings_text(&c->settings, "keys.master_file"), &why))
        return cli_fail(c, "%s", why);
    owner = cli_connect(c, "db.owner_dsn");
    if (owner)
        status = actions[i].run(c, owner, q);
    db_close(owner);
    return status;
}

int cmd_keys(int argc, char **argv)
{
    struct request q = {0};
    const struct cli_option options[] = {
        {"--county", &q.county, NULL},
        {"--batch", &q.batch, NULL},
        {"--new", &q.new_file, NULL},
        {"--json", NULL, &q.json},
    };
    enum exit_status status = EXIT_USAGE;
    struct cli c;
    enum cli_next next =
        cli_open(&c, "keys", usage, argc, argv, options, sizeof options / sizeof options[0]);

    if (next == CLI_DONE)
        status = EXIT_OK;
    else if (next == CLI_GO)
        status = start(&c, &q);
    cli_close(&c);
    return status;
}

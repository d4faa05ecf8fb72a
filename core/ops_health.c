#include "ops_health.h"

#include <dirent.h>
#include <string.h>

#include "base/time.h"
#include "iam/refusal.h"
#include "json/jw.h"
#include "vitals.h"

enum { NUMBER_DIGITS = 4, FILES_MAX = 10000 };
enum { PATIENCE_US = 1000 * 1000, CHECK_US = 10 * 1000 * 1000 };

static const char schema_sql[] = "select core.schema_number()";

struct readyz {
    int schema;
    const struct db_stmt *stmt, *late;
};

static int number_of(const char *name)
{
    int n = 0;
    size_t len = strlen(name);

    if (len < NUMBER_DIGITS + 5 || strspn(name, "0123456789") != NUMBER_DIGITS ||
        name[NUMBER_DIGITS] != '_' || strcmp(name + len - 4, ".sql") != 0)
        return 0;
    for (int i = 0; i < NUMBER_DIGITS; i++)
        n = n * 10 + (name[i] - '0');
    return n;
}

int schema_of_folder(const char *dir)
{
    DIR *d = opendir(dir);
    struct dirent *e;
    int newest = 0;

    for (int i = 0; d && i < FILES_MAX && (e = readdir(d)); i++) {
        int n = number_of(e->d_name);

        newest = n > newest ? n : newest;
    }
    if (d)
        closedir(d);
    return newest;
}

int schema_of_database(struct arena *a, struct db_conn *conn)
{
    struct db_batch *b = batch_new(a, clock_mono() + CHECK_US);

    b->repeatable = true;
    batch_add(b, db_stmt_new(schema_sql), 0, NULL);
    return db_run(conn, b) == DB_OK ? (int)rows_int(b->item[0].rows, 0, 0) : -1;
}

bool audit_at_home(struct arena *a, struct db_conn *conn)
{
    struct db_error e;
    const struct db_rows *r =
        db_ask(conn, a, db_stmt_new("select core.audit_here()"), 0, NULL, CHECK_US, &e);

    return r && rows_bool(r, 0, 0);
}

/* --- the route -------------------------------------------------------------------------------- */

static bool readyz_plan(struct call *c, struct db_batch *b)
{
    const struct readyz *r = c->op->data;
    int64_t soon = clock_mono() + PATIENCE_US;

    if (room_lacks()) {
        refusal_busy(c, "disk_full");
        return false;
    }
    b->deadline = soon < b->deadline ? soon : b->deadline;
    batch_add(b, r->stmt, 0, NULL);
    if (r->late)
        batch_add(b, r->late, 0, NULL);
    return true;
}

static void readyz_render(struct call *c, struct db_batch *b)
{
    const struct readyz *r = c->op->data;
    struct jw *w;

    /* a newer one is an older worker's too: a migration only adds, until all are new */
    if (rows_int(b->item[0].rows, 0, 0) < r->schema) {
        refusal_busy(c, "schema_differs");
        return;
    }
    w = reply_json(c, 200);
    jw_object(w);
    jw_kv_text(w, "status", "ready");
    jw_kv_int(w, "schema", r->schema);
    if (r->late)
        jw_kv_int(w, "audit_late", rows_int(b->item[1].rows, 0, 0));
    jw_end(w, '}');
}

/* Before the first migration there is not even the question. */
static bool readyz_refused(struct call *c, struct db_batch *b)
{
    (void)b;
    refusal_busy(c, "schema_differs");
    return true;
}

const struct op *readyz_op(struct arena *a, int schema, bool sealed)
{
    struct op *op = arena_alloc(a, sizeof *op);
    struct readyz *r = arena_alloc(a, sizeof *r);

    *r = (struct readyz){schema, db_stmt_new(schema_sql),
                         sealed ? db_stmt_new("select core.audit_late_seconds(null)") : NULL};
    *op = (struct op){
        .method = "GET",
        .path = "/readyz",
        .lane = OP_QUICK,
        .flags = OP_ANONYMOUS,
        .data = r,
        .plan = readyz_plan,
        .render = readyz_render,
        .refused = readyz_refused,
        .summary = "The process can do its work: the database answers, has its schema and room",
        .gives = "{status schema:int audit_late?:int}",
        .refuses = "503 schema_differs",
    };
    return op;
}

#include "record/sample.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/str.h"
#include "call/messages.h"
#include "iam/permission.h"
#include "record/codes.h"
#include "tenant/keyring.h"

enum { ARENA_MAX = 64 << 20, CALL_US = 5000 * 1000, OPEN_MS = 10000, OPS_MAX = 64 };

/* --- the module ------------------------------------------------------------------------------- */

static const struct wl_field person_fields[] = {
    {.name = "name",
     .type = WL_NAME,
     .sensitivity = WL_CLASS_2,
     .flags = WL_REQUIRED | WL_LISTED | WL_SEARCHED,
     .max = 10},
    {.name = "id_number",
     .type = WL_ID_NUMBER,
     .sensitivity = WL_CLASS_3,
     .flags = WL_LISTED | WL_SEARCHED},
    {.name = "phone", .type = WL_PHONE, .sensitivity = WL_CLASS_2, .flags = WL_SEARCHED},
};

static const struct wl_record sample_person = {
    .name = "person",
    .path = "people",
    .object = "resident",
    .fields = WL_ROWS(person_fields),
    .sort = "-created_at",
    .verbs = "list get create patch delete search",
};

static const struct wl_field job_fields[] = {
    {.name = "no", .type = WL_SERIAL, .sensitivity = WL_CLASS_1, .flags = WL_LISTED, .of = "J"},
    {.name = "person",
     .type = WL_REFERENCE,
     .sensitivity = WL_CLASS_2,
     .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "sample.person"},
    {.name = "helper", .type = WL_NAME, .sensitivity = WL_CLASS_2, .max = 10},
    {.name = "title",
     .type = WL_TEXT,
     .sensitivity = WL_CLASS_0,
     .flags = WL_REQUIRED | WL_LISTED,
     .min = 2,
     .max = 5},
    {.name = "note", .type = WL_TEXT, .sensitivity = WL_CLASS_2},
    {.name = "diary", .type = WL_TEXT, .sensitivity = WL_CLASS_3, .flags = WL_LISTED},
    {.name = "minutes", .type = WL_INTEGER, .sensitivity = WL_CLASS_1, .min = -5, .max = 120},
    {.name = "weight", .type = WL_INTEGER, .sensitivity = WL_CLASS_1},
    {.name = "price_fen",
     .type = WL_MONEY,
     .sensitivity = WL_CLASS_1,
     .flags = WL_LISTED,
     .max = 1000},
    {.name = "urgent", .type = WL_BOOL, .sensitivity = WL_CLASS_1, .flags = WL_LISTED | WL_FILTER},
    {.name = "day", .type = WL_DATE, .sensitivity = WL_CLASS_2, .flags = WL_LISTED | WL_NOT_FUTURE},
    {.name = "due", .type = WL_DATE, .sensitivity = WL_CLASS_1},
    {.name = "seen_at",
     .type = WL_TIME,
     .sensitivity = WL_CLASS_1,
     .flags = WL_LISTED | WL_SORT | WL_NOT_FUTURE},
    {.name = "kind",
     .type = WL_CHOICE,
     .sensitivity = WL_CLASS_1,
     .flags = WL_LISTED | WL_FILTER,
     .of = "KIND"},
    {.name = "kinds",
     .type = WL_CHOICES,
     .sensitivity = WL_CLASS_1,
     .flags = WL_LISTED,
     .of = "KIND"},
    {.name = "staff",
     .type = WL_STAFF,
     .sensitivity = WL_CLASS_1,
     .flags = WL_ACTION | WL_LISTED | WL_FILTER},
    {.name = "place", .type = WL_DIVISION, .sensitivity = WL_CLASS_1},
    {.name = "reason", .type = WL_TEXT, .sensitivity = WL_CLASS_1, .flags = WL_ACTION},
    {.name = "made_at",
     .type = WL_TIME,
     .sensitivity = WL_CLASS_1,
     .flags = WL_COMPUTED,
     .compute = WL_SQL("now()")},
    {.name = "state",
     .type = WL_TEXT,
     .sensitivity = WL_CLASS_1,
     .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
};

static const struct wl_action job_actions[] = {
    {.name = "take",
     .from = "planned",
     .to = "taken",
     .permission = "assign",
     .input = "staff! reason"},
    {.name = "finish",
     .from = "taken",
     .to = "done",
     .permission = "finish",
     .only = "staff",
     .set = WL_SQL("note = coalesce(t.note, 'finished (' || t.title || ')')")},
    {.name = "redo",
     .from = "done",
     .to = "taken",
     .permission = "reopen",
     .input = "reason!",
     .never = "staff",
     .guard = WL_SQL("t.minutes < 60 or t.urgent"),
     .refusal = "too_long"},
    {.name = "drop", .from = "planned taken", .to = "done", .permission = "nobody_has"},
};

static const struct wl_check job_checks[] = {{"job_price", "price_fen"}};

const struct wl_record sample_job = {
    .name = "job",
    .path = "jobs",
    .object = "request",
    .fields = WL_ROWS(job_fields),
    .actions = WL_ROWS(job_actions),
    .checks = WL_ROWS(job_checks),
    .states = "planned taken done",
    .sort = "-created_at",
    .person = "person",
    .verbs = "list get create patch delete",
};

const struct wl_plugin sample_plugin = {
    .size = sizeof(struct wl_plugin), .abi = WL_ABI, .name = "sample", .version = "1.0.0"};

/* --- opening ---------------------------------------------------------------------------------- */

static _Noreturn void die(const char *what, const char *why)
{
    fprintf(stderr, "sample: %s: %s\n", what, why ? why : "");
    exit(1);
}

static struct rec *compiled(struct arena *a, const struct wl_record *d)
{
    struct rec *r = arena_alloc(a, sizeof *r);
    const char *why = "";

    if (!rec_compile(a, &sample_plugin, false, d, r, &why))
        die(d->name, why);
    return r;
}

static void keys_open(void)
{
    static const char hex[] = "5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a";
    static const char *const purposes[] = {"data", "index"};
    char path[] = "/tmp/wulian-sample-XXXXXX";
    uint8_t key[KEY_LEN], wrapped[KEY_LEN + SEAL_OVERHEAD];
    const char *why = "";
    int fd = mkstemp(path);

    if (fd < 0 || fchmod(fd, 0600) != 0 || write(fd, hex, strlen(hex)) < 0 ||
        !keyring_open(path, &why))
        die("keys", why);
    close(fd);
    unlink(path);
    for (size_t i = 0; i < 2; i++) {
        memset(key, (int)i + 1, sizeof key);
        keyring_wrap(SAMPLE_COUNTY, purposes[i], 1, key, wrapped);
        if (!keyring_put(SAMPLE_COUNTY, purposes[i], 1, wrapped, sizeof wrapped))
            die("keys", purposes[i]);
    }
}

void sample_open(struct sample *s)
{
    static struct rec *all[2];
    const char *why = "";

    *s = (struct sample){.arena = arena_new(ARENA_MAX)};
    s->person = all[0] = compiled(s->arena, &sample_person);
    s->job = all[1] = compiled(s->arena, &sample_job);
    rec_register(all, 2);
    for (int i = 0; i < 2; i++)
        if (!rec_prepare(s->arena, all[i], &why))
            die("prepare", why);
    if (!messages_load(s->arena, NULL, "core/messages", &why) ||
        !messages_load(s->arena, NULL, "core/record/messages", &why) ||
        !permission_declare_core(&why))
        die("messages and permissions", why);
    keys_open();
}

void sample_db(struct sample *s)
{
    static const char codes[] =
        "create schema core; create table core.code (tab text, code text, zh text, en text,"
        " sort int, valid_from date, valid_to date);"
        "insert into core.code values ('KIND', 'A', '甲', 'a', 1, '2000-01-01', null),"
        " ('KIND', 'B', '乙', 'b', 2, '2000-01-01', '2999-01-01'),"
        " ('KIND', 'OLD', '旧', 'old', 3, '2000-01-01', '2001-01-01'),"
        " ('KIND', 'NEW', '新', 'new', 4, '2999-01-01', null),"
        " ('JUNK', 'C', '丙', 'c', 1, '2000-01-01', null)";
    struct db_error e;
    const char *why = "";
    char *lost = NULL;

    if (!testdb_new(&s->db))
        die("cluster", s->db.dir);
    s->conn = db_open(s->db.dsn, OPEN_MS, &lost);
    if (!s->conn)
        die("connect", lost);
    if (db_script(s->conn, s->arena, codes, &e) != DB_OK)
        die("codes", e.message);
    if (!codes_load(s->arena, s->conn, &why))
        die("codes", why);
}

void sample_close(struct sample *s)
{
    if (s->conn) {
        db_close(s->conn);
        testdb_free(&s->db);
    }
    arena_free(s->arena);
}

/* --- calls ------------------------------------------------------------------------------------ */

struct call *sample_call(const struct op *op, const char *body)
{
    struct call *c = call_new(CALL_US);
    struct actor *a = arena_alloc(c->arena, sizeof *a);
    struct jv_fault fault = {0};

    *a = (struct actor){.county = SAMPLE_COUNTY,
                        .scope = {431129100000, 431129101000},
                        .township = 431129100,
                        .login = "me",
                        .role = "station_head"};
    str_format(a->user, sizeof a->user, "%s", SAMPLE_ME);
    c->op = op;
    c->actor = a;
    c->county = SAMPLE_COUNTY;
    c->lang = LANG_EN;
    c->address = "127.0.0.1";
    c->body = body;
    c->body_n = body ? strlen(body) : 0;
    c->input = body ? jv_parse(c->arena, body, strlen(body), &fault) : NULL;
    if (body && !c->input)
        die(body, fault.text);
    return c;
}

const char *sample_faults(struct call *c)
{
    const char *out = "";

    for (int i = 0; i < c->nfaults; i++)
        out = arena_printf(c->arena, "%s%s%s %s", out, i ? ", " : "", c->faults[i].pointer,
                           c->faults[i].code);
    return out;
}

const char *sample_reply(struct call *c)
{
    return c->reply.body.p ? arena_strndup(c->arena, c->reply.body.p, c->reply.body.n) : "";
}

const struct op *sample_op(struct sample *s, const struct rec *r, const char *method,
                           const char *tail)
{
    const struct op **ops = arena_alloc(s->arena, OPS_MAX * sizeof *ops);
    const char *path = arena_printf(s->arena, "/api/v1/sample/%s%s", r->d.path, tail);
    int n = rec_ops(s->arena, r, ops, OPS_MAX);

    for (int i = 0; i < n; i++)
        if (str_eq(ops[i]->method, method) && str_eq(ops[i]->path, path))
            return ops[i];
    die(method, path);
}

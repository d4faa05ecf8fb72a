/* One encrypted value of one row, shown for a reason: counted, and audited before it leaves. */
#include "base/meter.h"
#include "base/str.h"
#include "crypto/crypto.h"
#include "iam/hint.h"
#include "record/codes.h"
#include "record/reach.h"
#include "record/record.h"
#include "tenant/sealed.h"

enum { NOTE_MAX = 100, NUMBER_DIGITS = 11, REVEAL_PARAMS = 9 };

struct reveal {
    int field, keys, value; /* index of the field; of the statements in the batch */
};

static const struct db_stmt *reveal_stmt(struct arena *a, const struct rec *r, int field)
{
    return db_stmt_new(arena_printf(
        a,
        "with r as materialized (select t.id, t.div, t.%s as sealed from %s t where %s"
        " and t.id = $4 and t.deleted_at is null),"
        " t as materialized (select core.reveal_take() as wait from r),"
        " a as (insert into core.audit (county, actor, role, address, action, object, object_id,"
        " div, request, fields, reason, note, result) select $1, core.actor(), $5, $6::inet,"
        " 'reveal', '%s', r.id, r.div, $7::uuid, array['%s'], $8, $9,"
        " case when t.wait = 0 then 'ok' else 'reveal_limit' end from r, t)"
        " select r.id, case when t.wait = 0 then r.sealed end as sealed, t.wait,"
        " core.param($1, 'reveal.hide_seconds') as hide_after from r, t",
        r->columns[r->fields[field].column].name, r->name, read_where(a, r, "t"), r->name,
        r->fields[field].d.name));
}

void rec_reveal_build(struct arena *a, struct rec *r)
{
    for (int i = 0; i < r->nfields; i++)
        if (rec_is_encrypted(r->fields[i].d.type))
            r->reveal[i] = reveal_stmt(a, r, i);
}

/* ---- the question ---------------------------------------------------------------------------- */

/* A note is kept in the audit as it is: what looks like a number of a person is not let in. */
static bool holds_number(const char *s)
{
    int run = 0;
    for (; *s && run < NUMBER_DIGITS; s++)
        run = *s >= '0' && *s <= '9' ? run + 1 : *s == ' ' ? run : 0;
    return run >= NUMBER_DIGITS;
}

static int field_read(struct call *c, const struct rec *r)
{
    const char *name = jv_text(jv_get(c->input, "field"));
    int field = name ? rec_field_find(r, name) : -1;
    if (field < 0 || !r->reveal[field])
        fault_add(c, "/field", name ? "not_revealed" : "required", NULL);
    return field;
}

static const char *reason_read(struct call *c)
{
    static const char *const args[] = {REVEAL_REASONS, NULL};
    const char *code = jv_text(jv_get(c->input, "reason"));
    if (!code)
        fault_add(c, "/reason", "required", NULL);
    else if (!code_find(REVEAL_REASONS, code, date_today()))
        fault_add(c, "/reason", "not_in_code_table", args);
    return code;
}

static const char *note_read(struct call *c)
{
    const struct jv *v = jv_get(c->input, "note");
    const char *note = v ? jv_text(v) : NULL;
    const char *const most[] = {rec_number(c, NOTE_MAX), NULL};
    if (!v || jv_type(v) == JV_NULL)
        return NULL;
    if (!note)
        fault_add(c, "/note", "text_expected", NULL);
    else if (utf8_count(note) > NOTE_MAX)
        fault_add(c, "/note", "too_long", most);
    else if (holds_number(note))
        fault_add(c, "/note", "number_in_note", NULL);
    return note;
}

static void strangers_refuse(struct call *c)
{
    void *at = NULL;
    const char *key;
    const struct jv *v;
    while (jv_member(c->input, &at, &key, &v))
        if (!str_has_word("field reason note", key))
            fault_add(c, fault_pointer(c, "", key), "unknown_field", NULL);
}

bool rec_reveal_plan(struct call *c, struct db_batch *b)
{
    const struct rec *r = rec_op_of(c)->r;
    struct reveal *x = arena_alloc(c->arena, sizeof *x);
    const char *id = rec_row_id(c);
    const char **p = rec_params(c, REVEAL_PARAMS);
    if (!id)
        return false;
    strangers_refuse(c);
    x->field = field_read(c, r);
    p[3] = id;
    p[4] = c->actor->role;
    p[5] = c->address;
    p[6] = c->id;
    p[7] = reason_read(c);
    p[8] = note_read(c);
    if (faults_reply(c))
        return false;
    /* The value may be sealed under a key that is younger than this worker's ring. */
    x->keys = hint_keys_plan(c, b);
    x->value = batch_add(b, r->reveal[x->field], REVEAL_PARAMS, p);
    c->state = x;
    return true;
}

/* ---- the answer ------------------------------------------------------------------------------ */

static void value_reply(struct call *c, const struct rec *r, const struct reveal *x,
                        const struct db_rows *rows, char *plain)
{
    struct jw *w = reply_json(c, 200);
    meter_add(meter_named("wulian_reveals_total{county=\"%d\"}", c->county), 1);
    jw_object(w);
    jw_kv_text(w, "field", r->fields[x->field].d.name);
    jw_key(w, "value");
    if (plain)
        jw_text(w, plain);
    else
        jw_null(w);
    jw_key(w, "hide_after");
    jw_raw(w, rows_text(rows, 0, 3), rows_length(rows, 0, 3));
    jw_end(w, '}');
}

void rec_reveal_render(struct call *c, struct db_batch *b)
{
    const struct rec *r = rec_op_of(c)->r;
    const struct reveal *x = c->state;
    const struct db_rows *rows = b->item[x->value].rows;
    const char *column = r->columns[r->fields[x->field].column].name;
    char *plain = NULL;
    size_t n = 0;
    if (rows_count(rows) == 0) {
        problem(c, 404, "not_found");
        return;
    }
    if (rows_int(rows, 0, 2) > 0) {
        c->reply.retry_after = (int)rows_int(rows, 0, 2);
        problem(c, 429, "reveal_limit");
        return;
    }
    hint_keys_take(c, b->item[x->keys].rows);
    if (!rows_null(rows, 0, 1)) {
        const uint8_t *sealed = rows_bytes(c->arena, rows, 0, 1, &n);
        plain = sealed_open(c->arena, c->county, r->name, column, rows_text(rows, 0, 0), sealed, n);
        if (!plain) {
            problem(c, 503, "keys_missing");
            return;
        }
    }
    value_reply(c, r, x, rows, plain);
    if (plain)
        crypto_wipe(plain, n - SEAL_OVERHEAD);
}

/* SQL of a record under construction: what rec_sql.c and the texts for many rows at once
 * (bulk_sql.c) share. Private to core/record. */
#ifndef WULIAN_RECORD_REC_TEXT_H
#define WULIAN_RECORD_REC_TEXT_H

#include "base/buf.h"
#include "record/rec.h"

/* A statement under construction. */
struct sql {
    struct arena *a;
    struct buf b;
    bool row; /* `t` stands for the row that is written */
};

#define ADD(s, ...) buf_printf(&(s)->b, __VA_ARGS__)

#define AUDIT_INTO                                                                                 \
    "insert into core.audit (county, actor, role, address, action, object, object_id, div, "       \
    "request"

#define STAMP                                                                                      \
    "version = t.version + 1, change = $5::uuid, updated_at = now(),"                              \
    " updated_by = core.actor()"

#define LOCKED " and t.state not in ("

/* Takes the plugin's name. */
#define PLUGIN_ON(county, township)                                                                \
    "exists (select from core.plugin_activation p where p.county = " county                        \
    " and p.township = " township " and p.plugin = '%s' and p.enabled)"

/* A time as people read it. */
#define LOCAL_MINUTE(value)                                                                        \
    "to_char(" value " at time zone 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI')"

struct sql sql_new(struct arena *a);
/* The finished text, in the arena; NULL when it passed its ceiling. */
const char *sql_text(struct sql *s);
const struct db_stmt *sql_stmt(struct sql *s);

/* The searches of a record (search.c). */
void search_build(struct arena *a, struct rec *r);
/* "(value is null or exists (…))": the caller may see the row that the reference names. */
void ref_holds(struct sql *s, const struct rec *r, int field, const char *value);
/* County, id … deleted_at and every column of the record: the columns of its history. */
void columns_add(struct sql *s, const struct rec *r);
/* "select $1::int as county, … as <column>, …": the row that a create gives, computed fields not
 * yet made; with `many` the rows, with ord and whether a division was given (placed) besides. */
void insert_values(struct sql *s, const struct rec *r, bool many);
/* ", <value>" of field i of the row v that is made: its state, serial, `compute`, or what v holds.
 */
void insert_field(struct sql *s, const struct rec *r, int i);
/* Whether clients give the field on create; whether they may change it later. */
bool field_given(const struct rec_field *f);
bool field_patchable(const struct rec_field *f);
/* before, the words quoted, and ")"; nothing when there are none. */
void words_in(struct sql *s, const char *before, const char *words);
/* " from unnest($p::<type>[], …) with ordinality as w(p<p>, …, ord)": n parameters as columns; what
 * is an array itself comes as text. */
void many_rows(struct sql *s, const int *p, const char *const *types, int n);
/* The same of an update's parameters. */
void many_changed(struct sql *s, const struct rec *r);

/* The write of one row, or, with `many`, of as many as the arrays of text are long that stand for
 * its parameters; the call's own (county, scope, change) stay single. A row that may not be written
 * is left out. */
const struct db_stmt *insert_stmt(struct arena *a, const struct rec *r, bool many);
const struct db_stmt *update_stmt(struct arena *a, const struct rec *r, bool many);

#endif

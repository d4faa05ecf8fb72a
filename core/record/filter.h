/* Filters of a list, "field.op=value": which field takes which op with which values, and the SQL
 * condition each stands for. Values only ever travel as parameters. */
#ifndef WULIAN_RECORD_FILTER_H
#define WULIAN_RECORD_FILTER_H

#include "base/buf.h"
#include "record/rec.h"

/* ne holds where the field is empty as well: what is not known to be the value. like is a prefix,
 * with or without one '*' behind it; `%` and `_` stand for themselves. in takes up to 200 values
 * between commas, isnull true or false. */
enum filter_op {
    FILTER_EQ,
    FILTER_NE,
    FILTER_IN,
    FILTER_ISNULL,
    FILTER_GT,
    FILTER_GE,
    FILTER_LT,
    FILTER_LE,
    FILTER_LIKE,
    FILTER_OPS
};

/* One that was asked for, checked. */
struct filter {
    const char *column, *type; /* from the description */
    enum filter_op op;
    const char *value; /* as PostgreSQL reads it; isnull: "true" or "false" */
};

/* "eq", "ne" … */
const char *filter_op_name(enum filter_op op);
/* Bit i: the field takes op i; 0: nothing is filtered by it. */
unsigned filter_ops(const struct rec_field *f);
/* Same of a column that every record has: org, created_at … */
unsigned filter_common_ops(const char *name);
/* Reads one parameter that is none of the list's own; false with the fault added. A field that is
 * withheld from a masked reader does not exist for it. */
bool filter_read(struct call *c, const struct rec *r, const struct call_param *q,
                 struct filter *f);
/* Appends " and t.state = $8::text" and returns the number of the next parameter: isnull has none.
 */
int filter_sql(struct buf *b, const struct filter *f, int p);
static inline bool filter_has_value(const struct filter *f)
{
    return f->op != FILTER_ISNULL;
}
/* Whether the best plan is the same whatever the value, in a list of that order: equality, and a
 * range of what it is ordered by. */
bool filter_steady(const struct filter *f, const char *sort);

#endif

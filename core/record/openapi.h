/* The OpenAPI 3.1 document: every operation open to the caller, written from the tables of
 * operations and the descriptions of records. */
#ifndef WULIAN_RECORD_OPENAPI_H
#define WULIAN_RECORD_OPENAPI_H

#include "record/schema.h"

void openapi_write(struct jw *w, const struct schema_view *v);

/* An operation, and what it is to a record. */
struct openapi_op {
    const struct op *op;
    const struct rec *r;    /* NULL: no record's */
    const char *verb;       /* "list", … */
    const char *action;     /* its name; NULL: no action */
    const char *takes, *gives, *asks, *refuses;
    int status;
    bool if_match, etag;
};
struct openapi_op openapi_op_of(struct arena *a, const struct op *op);
/* Fills in what follows from the verb or action of a record; openapi_record.c. */
void openapi_record_op(struct arena *a, struct openapi_op *o);
/* Parameters of a record's list: filters, order, fields, page. */
void openapi_list_parameters(struct jw *w, const struct schema_view *v, const struct rec *r);
/* Of them those that say which rows. */
void openapi_rows_parameters(struct jw *w, const struct schema_view *v, const struct rec *r);
/* Schemas of the records open to the caller, as members of components.schemas. */
void openapi_record_schemas(struct jw *w, const struct schema_view *v);
/* One operation as a member of its path. */
void openapi_op_write(struct jw *w, const struct schema_view *v, const struct openapi_op *o);
/* The first word of the path: "station", "me", "jobs". */
const char *openapi_tag(struct arena *a, const struct op *op);
/* Statuses of problems that any operation may answer with, for components.responses. */
void openapi_problem_responses(struct jw *w);
/* One parameter; `schema` is in the notation of shape.h. */
void openapi_parameter(struct jw *w, struct arena *a, const char *name, const char *in,
                       bool required, const char *schema, const char *description);

#endif

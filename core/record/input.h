/* Input of a record: from a JSON body to statement parameters, every fault collected at once. */
#ifndef WULIAN_RECORD_INPUT_H
#define WULIAN_RECORD_INPUT_H

#include "record/rec.h"

enum input_mode { INPUT_CREATE, INPUT_PATCH, INPUT_ACTION };

struct rec_input {
    const char *id;                      /* create: the client's or a fresh one; else the row's */
    const char *div;                     /* create: as given, or NULL */
    const char *column[REC_COLUMNS_MAX]; /* text parameters; NULL = SQL null */
    uint64_t given;                      /* bit i: field i stands in the body */
    uint32_t key; /* data key that encrypted fields were sealed under; 0: there were none */
};

/* The fault of naming that field in such a body at all; NULL when it may be given. */
const char *input_why_not(const struct rec *r, const struct rec_action *x, enum input_mode mode,
                          int field);
/* Reads c->input. `x` is the action for INPUT_ACTION, `id` the row for patch and action. False when
 * something is wrong: the reply is then the problem that lists all of it. */
bool input_read(struct call *c, const struct rec *r, const struct rec_action *x,
                enum input_mode mode, const char *id, struct rec_input *out);

/* One value of a field checked outside a body (search, filters): the parameter text, or NULL with a
 * fault added at `pointer`. Not for encrypted fields. */
const char *input_value(struct call *c, const struct rec_field *f, const char *pointer,
                        const struct jv *v);
/* Normalised id number or phone → blind index as a bytea parameter; NULL with a fault added. */
const char *input_blind(struct call *c, const struct rec_field *f, const char *pointer,
                        const char *text);

#endif

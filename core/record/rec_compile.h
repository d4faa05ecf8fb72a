/* What the pieces of rec_compile share: each checks one part of a description and works it into the
 * struct rec, or names record, part and the mend. */
#ifndef WULIAN_RECORD_REC_COMPILE_H
#define WULIAN_RECORD_REC_COMPILE_H

#include "record/rec.h"

/* *why = "owner: record name: part name: text". Always false, so that a check can return it. */
bool rec_fail(struct arena *a, const char **why, const struct rec *r, const char *part,
              const char *name, const char *text);
/* SQL of a description is pasted into the host's statements, so it must stay one piece there: no
 * second statement, no comment that swallows what follows, no bracket that closes the host's, no
 * parameter of the host's. */
bool rec_fragment_whole(const char *s);
#define REC_FRAGMENT_FAULT                                                                         \
    "must be one SQL expression: no ';', '$' or comment, brackets and quotes closed"

/* Fields with their storage columns. */
bool rec_fields_compile(struct arena *a, struct rec *r, const char **why);

#endif

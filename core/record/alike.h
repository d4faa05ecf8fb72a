/* Rows that may be the same (疑似重复): equal in every field of the description's `alike`, names by
 * how they sound. */
#ifndef WULIAN_RECORD_ALIKE_H
#define WULIAN_RECORD_ALIKE_H

#include "record/write.h"

enum { ALIKE_MAX = 6 };

/* Checks a description's `alike`. */
bool alike_compile(struct arena *a, const struct rec *r, const char **why);
/* SQL; nothing when the record has no `alike`. */
void alike_build(struct arena *a, struct rec *r);
/* Adds the look for rows like the one just written, when the write touched what decides it;
 * `again`: in a repeat, like the one the first try wrote. */
void alike_add(struct call *c, struct db_batch *b, const struct rec *r, struct rec_write *w,
               bool again);
/* `_duplicates`, a member of the row's object when there are any: ids of at most five. */
void alike_write(struct jw *w, const struct db_rows *rows);

/* GET …/{id}/duplicates: {"items": rows}; GET …/duplicates: {"items": [{"rows": […]}]}, sets of
 * rows that may be one, at most `limit` of them: a list to be worked off. */
bool rec_alike_plan(struct call *c, struct db_batch *b);
void rec_alike_render(struct call *c, struct db_batch *b);
bool rec_alikes_plan(struct call *c, struct db_batch *b);
void rec_alikes_render(struct call *c, struct db_batch *b);

#endif

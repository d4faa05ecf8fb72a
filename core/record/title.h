/* What rows are called: POST /api/v1/titles names the rows of many ids at once, GET /api/v1/staff
 * those whom a staff field may name. A title is made of the description's title fields as far as
 * the caller is shown them; a row the caller may not see has none. Where the title names the person
 * the row is about, `whose` says which: that name is asked for by itself, with its own rights. */
#ifndef WULIAN_RECORD_TITLE_H
#define WULIAN_RECORD_TITLE_H

#include "call/call.h"
#include "record/rec.h"

extern const struct op title_ops[];
extern const int title_nops;

/* The statement behind the titles of a record's rows, r->titles; at load. */
void title_build(struct arena *a, struct rec *r);
/* ", … as title" of the row t: its words as a JSON array, for title_text. */
void title_add(struct buf *b, const struct rec *r);
/* The words that name the row, as far as the reader is shown them; "" when there are none. */
const char *title_text(struct call *c, const struct rec *r, const char *json, bool masked);

#endif

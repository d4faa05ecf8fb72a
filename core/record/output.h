/* Rows of a record as JSON, with masks and the actions open to the caller. */
#ifndef WULIAN_RECORD_OUTPUT_H
#define WULIAN_RECORD_OUTPUT_H

#include "json/jw.h"
#include "record/rec.h"

/* What of a record this caller is shown and may do, worked out once for a reply of many rows. */
struct output {
    struct call *c;
    struct jw *w;
    const struct rec *r;
    uint64_t shown, hidden; /* bit i: field i is written; is kept from a masked reader */
    uint32_t permitted;     /* bit i: action i is permitted to the caller's role */
};

/* `listed`: WL_LISTED fields only. */
struct output output_begin(struct call *c, struct jw *w, const struct rec *r, bool listed);
/* One object: id, version, div, org, created_…, updated_…, the fields, `_actions` (records with a
 * life) and `_masked` (names of fields a masked reader is not shown). */
void output_row(const struct output *o, const struct db_rows *rows, int row);
/* Same without the closing brace: the caller adds members and ends the object. */
void output_row_open(const struct output *o, const struct db_rows *rows, int row);
/* "v7.1a2b3c4d": the version and a hash of the rights that shaped the body. */
const char *output_etag(struct call *c, const char *version);
/* Whether the caller, a masked reader, is not shown the field's value: then it may be neither
 * filtered nor sorted by, or the answers would tell it (and cursors carry it). */
bool output_withheld(const struct call *c, const struct rec_field *f);
/* Whether the caller may read the record as it is: sets c->masked. For replies to calls that asked
 * for another right than reading (a write, a search); false when there is not even a masked right.
 */
bool output_rights(struct call *c, const struct rec *r);
/* Sets the reply: one row with its ETag. */
void output_reply(struct call *c, const struct rec *r, const struct db_rows *rows, int status);
/* Version a client named in If-Match, one ETag of ours in its quotes; false when unreadable. */
bool if_match_version(const char *if_match, int *version);

#endif

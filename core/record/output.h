/* Rows of a record as JSON, with masks and the actions open to the caller. */
#ifndef WULIAN_RECORD_OUTPUT_H
#define WULIAN_RECORD_OUTPUT_H

#include "base/time.h"
#include "json/jw.h"
#include "record/rec.h"

/* Writes a member from the text of a column. */
typedef void (*output_writer)(struct jw *w, const struct jw_name *key, const char *s, size_t n);

/* A field of the caller's and its column in the rows. */
struct output_cell {
    const struct jw_name *key;
    int column;
    output_writer write;
};

/* What of a record this caller is shown and may do, worked out once for a reply of many rows. */
struct output {
    struct call *c;
    struct jw *w;
    const struct rec *r;
    uint64_t selected;      /* bit i: the rows hold field i; see rec_column_of */
    struct output_cell *cell; /* the fields written */
    int ncells;
    uint64_t hidden;        /* bit i: field i is kept from a masked reader */
    unsigned head;          /* bit HEAD_…: written; id and version always are */
    bool actions;           /* `_actions` is written */
    bool overdue;           /* `_overdue` is written */
    char now[TIME_TEXT];    /* as PostgreSQL writes it, for limits */
    int fixed;              /* column of `_fixed` (guard.h); -1: the rows have none */
    int relative, may[REC_ACTIONS_MAX]; /* columns of may.h; -1: the rows have none */
    uint32_t permitted;                 /* bit i: action i is permitted to the caller's role */
};

/* HEAD_… of a name like "created_at"; -1 when it is none that can be left out. */
int output_head_find(const char *name);

#define OUTPUT_WHOLE_HEAD (~0u)

/* Of the fields `wanted`, those the caller may see; all else of `struct output` is whole. */
struct output output_begin(struct call *c, struct jw *w, const struct rec *r, uint64_t selected,
                           uint64_t wanted);
/* One object: id, version, div, org, created_…, updated_…, the fields, `_actions` (records with a
 * life) and `_masked` (names of fields a masked reader is not shown). */
void output_row(const struct output *o, const struct db_rows *rows, int row);
/* Same without the closing brace: the caller adds members and ends the object. */
void output_row_open(const struct output *o, const struct db_rows *rows, int row);
/* "v7.1a2b3c4d": the version and a hash of the rights that shaped the body. */
const char *output_etag(struct call *c, const char *version);
/* What a reader is shown of a field: the value, a mask in its place, or nothing. Identifiers that
 * are kept encrypted are masked for everybody. */
enum output_view { OUTPUT_PLAIN, OUTPUT_MASK, OUTPUT_NOTHING };
enum output_view output_view(const struct rec_field *f, bool masked_reader);
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

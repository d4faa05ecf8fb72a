/* A result row as a JSON object, by column type: for statements whose columns are the answer. */
#ifndef WULIAN_CALL_ROW_JSON_H
#define WULIAN_CALL_ROW_JSON_H

#include "db/db.h"
#include "json/jw.h"

/* PostgreSQL's ISO output with the session in UTC, "2026-11-22 02:37:41.5+00", as RFC 3339;
 * "infinity" stays as it is. */
void time_json(struct jw *w, const char *s);
void time_member(struct jw *w, const struct jw_name *key, const char *s, size_t n);
/* One value: integers and booleans as such, json and jsonb as they are, timestamptz as RFC 3339 in
 * UTC, everything else as text. Division codes are text in JSON: cast them in the statement. */
void cell_json(struct jw *w, const struct db_rows *r, int row, int col);
/* key and value of every column from `first` on, into an object that is open. */
void row_members(struct jw *w, const struct db_rows *r, int row, int first);
void row_json(struct jw *w, const struct db_rows *r, int row);
/* All rows as an array. */
void rows_json(struct jw *w, const struct db_rows *r);

#endif

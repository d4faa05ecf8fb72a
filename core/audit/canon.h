/* Things with one exact form, twice: as bytes, which are hashed and signed, and as a line of JSON,
 * which is exported. Both follow from a table of columns; the values are texts (NULL: null).
 *
 * As bytes, for each column in order:
 *
 *     00                    the value is null
 *     01 …                  it is not, and follows:
 *        CANON_INT          8 bytes, two's complement, big-endian; times in microseconds since 1970
 *        CANON_UUID         16 bytes
 *        CANON_HEX          length in 4 bytes, big-endian; the bytes that the hex digits mean
 *        CANON_TEXT         length in 4 bytes, big-endian; UTF-8
 *        CANON_LIST         the same, of the list's text as compact JSON: ["name","phone"]
 *
 * As a line: one JSON object with all columns in order and nothing else, compact, as jw_text writes
 * strings, ended by a newline. Any other text for the same values is refused. */
#ifndef WULIAN_AUDIT_CANON_H
#define WULIAN_AUDIT_CANON_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct buf;

enum canon_kind { CANON_INT, CANON_UUID, CANON_HEX, CANON_TEXT, CANON_LIST };

struct canon_column {
    const char *name;
    enum canon_kind kind;
};

enum { CANON_COLUMNS_MAX = 24 };

/* Appends the bytes of n columns; false when a value is not of its kind. */
bool canon_bytes(const struct canon_column *t, int n, const char *const *values, struct buf *out);
/* Appends the line. */
void canon_line(const struct canon_column *t, int n, const char *const *values, struct buf *out);
/* Reads a line (size bytes without the newline) into values, in the arena; false unless it is the
 * one form of what it says. */
bool canon_read(struct arena *a, const struct canon_column *t, int n, const char *line, size_t size,
                const char **values);

#endif

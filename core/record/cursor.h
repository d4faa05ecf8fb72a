/* Keyset cursors: where a list page ended, opaque and signed, bound to the list they came from. */
#ifndef WULIAN_RECORD_CURSOR_H
#define WULIAN_RECORD_CURSOR_H

#include <stdbool.h>

struct arena;

/* `about` is what the cursor belongs to (record, filters, order); sort and id are the last row's.
 */
const char *cursor_make(struct arena *a, const char *about, const char *sort, const char *id);
/* False when it was not made by us for this `about`. */
bool cursor_read(struct arena *a, const char *cursor, const char *about, const char **sort,
                 const char **id);

#endif

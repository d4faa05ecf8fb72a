/* What is done with files by the clock, on the gate's connection; blocking, county by county. */
#ifndef WULIAN_FILE_UPKEEP_H
#define WULIAN_FILE_UPKEEP_H

#include <stdbool.h>

struct arena;
struct db_conn;

/* Puts a county's keys as they are now on this process's ring, by a gate's connection; false when
 * there are none. */
bool file_keys_load(struct db_conn *gate, struct arena *a, int county);

/* Thumbnails of what was uploaded, a few at a time; false when the database or the system refuses.
 * *more: there are others waiting. */
bool file_thumbs_run(struct db_conn *gate, int county, bool *more);
/* Blobs and uploads that no row names, a day old. */
bool file_sweep_run(struct db_conn *gate, int county);

#endif

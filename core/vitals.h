/* How the database is and what keeps it, told to the page of meters. */
#ifndef WULIAN_VITALS_H
#define WULIAN_VITALS_H

#include <stdbool.h>

#include <stdint.h>

enum { ROOM_BELIEVED_S = 300 };

struct db_conn;
struct settings;

/* 1 while the database's tables cannot grow. */
#define VITAL_DISK_FULL "wulian_db_disk_full"

/* When the clock of the jobs process, which looks at all this, last went on (meter_now). */
#define VITAL_CLOCK "wulian_jobs_silent_seconds{what=\"clock\"}"

/* Writes a little on the gate's connection to see whether there is room. False when the database
 * says anything else. */
bool room_look(struct db_conn *gate);
/* Whether the last look found no room. Not when the clock has stood for ROOM_BELIEVED_S: nobody
 * would say then that there is room again, and who writes hears it from the database itself. */
bool room_lacks(void);
/* Archive and standbys of the database, age of the backup, days of the certificate. False when the
 * database refuses, which is logged. */
bool vitals_look(struct db_conn *gate, const struct settings *s);

/* Seconds since the last backup that succeeded, by its stamp; since 1970 when there was none. */
int64_t backup_age(const char *stamp);
/* Whole days that the certificate is still good for; 0 when it is not, or cannot be read. */
int64_t certificate_days(const char *file);

#endif

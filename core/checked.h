/* Whether everything that migrate checks was checked before just as it is. Preparing every
 * statement of every record and plugin takes a second or more; of the same program, plugins and
 * catalog it says the same again. */
#ifndef WULIAN_CHECKED_H
#define WULIAN_CHECKED_H

#include <stdbool.h>

struct arena;
struct db_conn;
struct module_list;

/* As the owner, when the files are applied. False also when nobody can tell. */
bool checked_before(struct arena *a, struct db_conn *owner, const struct module_list *m);
/* Remembers that it is. False and *why. */
bool checked_remember(struct arena *a, struct db_conn *owner, const struct module_list *m,
                      const char **why);

#endif

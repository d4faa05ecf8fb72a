/* Opening a county: the tenant's row, its keys, its bureau. */
#ifndef WULIAN_TENANT_OPEN_H
#define WULIAN_TENANT_OPEN_H

#include <stdbool.h>

struct arena;
struct db_conn;

/* Who made what was made at the machine itself, by the owner, before anybody could sign in. */
#define NOBODY_UUID "00000000-0000-0000-0000-000000000000"

struct opened {
    bool tenant, keys, bureau; /* what was new */
};

/* As the owner, in one transaction, with the master key open (keyring_open). `name` is the
 * county's; its bureau is called after it. Again: says that nothing was new. False and *why
 * otherwise. */
bool tenant_open(struct arena *a, struct db_conn *owner, int county, const char *name,
                 struct opened *out, const char **why);

#endif

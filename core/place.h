/* Where an embedded server keeps its things.
 *
 *              as an ordinary user     as root, children run as process.user
 *   state      DIR                     /var/lib/wulian/<name of DIR>-<hash of its path>
 *   data       state/data              the same: the PostgreSQL cluster
 *   socket     DIR/run                 /run/wulian/<same name>
 *   key        state/master.key        the same: 32 random bytes in hex, readable by the workers
 *   audit_key  state/audit.key         the same, of what signs the audit ledger
 *   seals      state/seals             the same: copies of that ledger's seals
 *   files      state/files             the same: uploaded files
 * control    state/control           the same: socket of the master, for its owner
 *   held back  state/quarantine        the same: plugins that crashed too often, by the master
 * only lock       state/lock              held by the one master
 *
 * DIR/place says in plain lines where that is and which address is served. */
#ifndef WULIAN_PLACE_H
#define WULIAN_PLACE_H

#include <stdbool.h>
#include <sys/types.h>

struct arena;
struct settings;

struct place {
    const char *dir; /* absolute */
    const char *state, *data, *socket, *key, *audit_key, *seals, *files, *lock;
    bool drop;         /* started by root: children change to user */
    const char *user;  /* operating-system user of postgres and of the workers */
    const char *owner; /* operating-system user of the master */
    uid_t uid;
    gid_t gid;
};

/* Works out the place of DIR, which must exist, and points the settings at it: DSNs of each role
 * over the unix socket and the key file. Creates nothing. */
bool place_settings(struct settings *s, const char *dir, char **why);

/* Creates what is missing: folders with their owners and modes, the keys. */
bool place_make(struct arena *a, const struct place *p, char **why);

/* Takes the lock, waiting for nobody; the descriptor holds it as long as it is open. -1 with *why
 * when another server runs here. */
int place_lock(struct arena *a, const struct place *p, char **why);

/* Writes DIR/place anew. `address` as served, "127.0.0.1:8431". */
bool place_write(struct arena *a, const struct place *p, const char *address, char **why);

/* The user that children run as when started by root, from process.user. False with *why when the
 * system does not know it. Leaves uid and gid alone when not root. */
bool place_user(const struct settings *s, bool *drop, uid_t *uid, gid_t *gid, char **why);

/* Replaces a file in one step with this text and mode. */
bool file_replace(struct arena *a, const char *path, const char *text, mode_t mode, char **why);

#endif

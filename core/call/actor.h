/* Who is calling, as far as the application knows before it asks the database: a *hint*, kept per
 * token and never trusted alone. It is the first wall; enter() in the database is the second. */
#ifndef WULIAN_CALL_ACTOR_H
#define WULIAN_CALL_ACTOR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/uuid.h"

/* Whether the application's own wall stands. -DWULIAN_WALL_APP_OFF, for isolation tests only, takes
 * it down: every check and every condition below says yes, so that the database alone must refuse.
 * What stays is what no scope is about: forms of values, states, and whose step a step is. */
#ifdef WULIAN_WALL_APP_OFF
enum { APP_WALL = 0 };
#define COUNTY_HOLDS(t) "$1::int is not null"
#define SCOPE_HOLDS(t) COUNTY_HOLDS(t) " and $2::bigint is not null and $3::bigint is not null"
#define EITHER_HOLDS(t) SCOPE_HOLDS(t)
#else
enum { APP_WALL = 1 };
/* The wall in SQL, for the row under that alias: $1 is the caller's county, $2 and $3 its scope. */
#define COUNTY_HOLDS(t) t ".county = $1"
#define SCOPE_HOLDS(t) COUNTY_HOLDS(t) " and " t ".div >= $2 and " t ".div < $3"
/* Of what is handed on from div to to_div. */
#define EITHER_HOLDS(t)                                                                            \
    COUNTY_HOLDS(t) " and (" t ".div >= $2 and " t ".div < $3 or " t ".to_div >= $2 and " t        \
                    ".to_div < $3)"
#endif
/* The county alone, for what its people read wherever they sit; the scope is named all the same, so
 * that every statement takes the same parameters. */
#define READ_HOLDS(t) COUNTY_HOLDS(t) " and $2::bigint is not null and $3::bigint is not null"

/* Half-open range of 12-digit division codes: a county is 1,000,000 wide, a township 1,000, a
 * village 1. */
struct scope {
    int64_t lo, hi;
};

/* A plugin that is on in a township (9-digit code). */
struct activation {
    int64_t township;
    const char *plugin;
};

struct actor {
    int county; /* first six digits of every division in scope */
    struct scope scope;
    int64_t township; /* 9 digits; 0 when the actor sits at the county */
    char user[UUID_TEXT], post[UUID_TEXT], org[UUID_TEXT];
    const char *login, *name, *org_name;
    const char *role; /* role code, domain book 1.2 */
    const char *narrow; /* API tokens: the only permissions they carry, in words; NULL: all */
    int64_t session_version, county_version; /* enter() refuses a stale pair with WL409 */
    int64_t expires;                         /* microseconds */
    const struct activation *activations;
    int nactivations;
};

/* The range a division code stands for: it ends in 000000 county, 000 township. */
struct scope scope_of(int64_t div);
bool scope_holds(struct scope s, int64_t div);
/* Whether all that the division stands for lies within. */
bool scope_covers(struct scope s, int64_t div);
/* Whether routes of the plugin exist for this actor: on in its township, or, for an actor at the
 * county, always (rows stay readable after switching off). NULL plugin: the core, always on. */
bool actor_has_plugin(const struct actor *a, const char *plugin);
/* Whether new rows of the plugin may be owned by this division. */
bool actor_plugin_on_at(const struct actor *a, const char *plugin, int64_t div);

#endif

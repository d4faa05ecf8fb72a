/* A record's description as the host keeps it: copied out of the plugin, checked, and with its
 * storage columns and SQL texts worked out once at load. Read-only afterwards. */
#ifndef WULIAN_RECORD_REC_H
#define WULIAN_RECORD_REC_H

#include <stdbool.h>
#include <stdint.h>

#include <wulian/plugin.h>

#include "base/arena.h"
#include "call/call.h"
#include "db/db.h"
#include "json/jw.h"

enum {
    REC_FIELDS_MAX = 62,
    REC_COLUMNS_MAX = 90,
    REC_ACTIONS_MAX = 24,
    REC_STATES_MAX = 32,
    REC_NEVER_MAX = 4,
    REC_LIMITS_MAX = 6,
    REC_KEY_MAX = 4,
    REC_TITLE_MAX = 8,
    REC_SECTIONS_MAX = 12,
    REC_RULES_MAX = 24,
    REC_RULE_OTHERS_MAX = 8,
    REC_GUARDS_MAX = 16,
    REC_ITEM_FIELDS_MAX = 24,
    REC_ITEMS_DEFAULT = 100,    /* items of a list that says no max */
    REC_ITEMS_MAX = 1000,       /* … and the most it may say */
    REC_LIST_BYTES = 128 * 1024 /* of a list as stored */
};

/* Verbs a record offers, from its `verbs` words. */
enum rec_verb {
    REC_LIST = 1,
    REC_GET = 2,
    REC_CREATE = 4,
    REC_PATCH = 8,
    REC_DELETE = 16,
    REC_ALIKE = 1 << 30, /* not a word: has `alike` */
    REC_SEARCH = 32,
    REC_IMPORT = 64,
    REC_EXPORT = 128,
    REC_RESTORE = 256,
    REC_READERS = 1 << 13, /* follows from WL_NAMED_READERS */
    REC_RELATED = 1 << 15, /* other records refer to it */
    REC_COUNTS = 1 << 14,  /* follows from lists of what has none */
    REC_REVEAL = 1 << 12   /* follows from encrypted fields, not from a word */
};

struct rec_field {
    struct wl_field d;
    struct jw_name key;
    const char *pointer;     /* "/name" */
    int column;              /* first storage column */
    int ncolumns;            /* 1, or 3 for searched names and encrypted fields */
    struct rec_field *items; /* WL_LIST: the fields of one item; of them d and key are set */
    int nitems;
    const struct db_stmt *file_attach, *file_held; /* WL_FILE: see rec_file.h */
};

struct rec_column {
    const char *name;
    const char *type; /* PostgreSQL type, as format_type prints it */
    int field;        /* -1: the host's own, of no field */
    bool not_null;
};

/* Adds to the batch of an action, behind the write of row `id`, what else belongs to it; the row's
 * `change` is the call's id when the action was done. */
typedef void (*rec_follow)(struct call *c, struct db_batch *b, const char *id);

struct rec_action {
    struct wl_action d;
    const char *verb;                                  /* "<object>.<permission>" */
    bool takes[REC_FIELDS_MAX], needs[REC_FIELDS_MAX]; /* input fields, by field index */
    const struct db_stmt *write;
    const struct db_stmt *before;         /* the row and whether references and guard hold */
    const struct db_stmt *rules;          /* whether the rules hold of the row it leads to */
    int ref_field[REC_FIELDS_MAX], nrefs; /* reference inputs, in parameter order */
    uint32_t from;                        /* bit i: may start in the record's state i */
    int only;                             /* field that must hold the caller, or -1 */
    int never[REC_NEVER_MAX], nnever;     /* fields that must not */
    const struct db_stmt *tell;           /* who is told of it; NULL: nobody. See tell.h */
    const char *may;                      /* column of its guard in rows read; NULL: none */
    bool may_listed;                      /* … also in lists */
    bool brings;       /* its guard reads the input, so rows read do not tell: see brought.h */
    rec_follow follow; /* NULL: nothing */
};

struct rec_limit {
    struct wl_limit d;
    int field;            /* its due */
    uint32_t held, ended; /* bit i: the record's state i is one of them */
    const char *column;   /* "<due>_held"; NULL when nothing holds it */
};

/* A part of the form: from its field on, up to the next one's. */
struct rec_section {
    const char *name; /* NULL: the whole form */
    int from;
};

/* A rule between fields, its names as indices. */
struct rec_rule {
    struct wl_rule d;
    int field;
    int other[REC_RULE_OTHERS_MAX]; /* fields */
    int item[REC_RULE_OTHERS_MAX];  /* member of a WL_LIST's items, or -1 */
    int nothers;
    bool computed; /* a field of it has `compute`: on create only the database knows */
};

/* A guard, its field as an index. */
struct rec_guard {
    struct wl_guard d;
    const char *tells; /* of its wl_guard_text; NULL */
    int field;
};

/* What no two living rows of a county share. */
struct rec_unique {
    int fields[REC_KEY_MAX], nfields;
    const char *columns; /* "thing line": behind county in the index */
    const char *index;   /* its name in the database, from uniques_find; NULL before */
};

struct rec_bulk; /* bulk.h */
struct rec_tell; /* tell.h */
struct rec_effects;
struct rec_related; /* related.h */
struct rec_shapes;  /* list statements by what was asked; grows, so behind a pointer */

struct rec {
    const struct wl_plugin *plugin;
    const char *owner; /* plugin's name */
    bool linked;
    struct wl_record d;
    const char *name;    /* "elderly.errand": table, audit object, reference target */
    const char *history; /* "elderly.errand_history" */
    struct rec_field *fields;
    int nfields;
    struct rec_column *columns;
    int ncolumns;
    struct rec_action *actions;
    int nactions;
    const char *states[REC_STATES_MAX]; /* d.states, one by one; the first is the initial one */
    int nstates;
    struct wl_check *checks;
    int nchecks;
    struct rec_limit *limits;
    int nlimits;
    bool kin; /* an action is closed to the person's relatives */
    struct rec_rule *rules;
    int nrules;
    struct rec_guard *guards;
    int nguards;
    const struct db_stmt *insert_rules, *update_rules; /* see rule.h; NULL: nothing to ask */
    struct rec_unique *uniques;
    int nuniques;
    unsigned verbs;          /* enum rec_verb */
    int state;               /* index of the field "state", or -1 */
    int person;              /* index of d.person, or -1 */
    int serial;              /* index of the WL_SERIAL field, or -1 */
    int name_field;          /* the searched WL_NAME, or -1 */
    bool secret;             /* has a field of class 3 or 4 that its readers are shown */
    const char *plugin_gate; /* op->plugin: owner, or NULL when linked */
    int ref_field[REC_FIELDS_MAX], nrefs; /* reference fields a client may give */
    int origin;                           /* index of d.origin, or -1 */
    uint64_t listed_fields;               /* bit i: field i is WL_LISTED or the state */
    uint64_t decisive;  /* bit i: field i decides which actions are open to the caller, or which
                           limits are passed */
    const char *shown;  /* select list of the single record: every field; see REC_HEAD */
    const char *may;    /* what stands behind it there: see may.h */
    const char *listed; /* select list of searches: listed and decisive fields */
    int title[REC_TITLE_MAX], ntitle; /* fields that name a row to people (title.h) */
    struct rec_section sections[REC_SECTIONS_MAX];
    int nsections; /* at least one */
    const struct db_stmt *titles;
    const struct db_stmt *get, *seal, *counter, *insert, *insert_before, *origin_link, *update,
        *update_before, *remove, *restore, *restore_before, *histories, *replay, *search_name,
        *search_name_on, *search_pinyin;
    const struct db_stmt *shared_get; /* of WL_SHAREABLE, see share.h; else NULL */
    const struct db_stmt *alike_saved, *alike_one, *alike_all; /* of records with `alike` */
    const struct rec_merge *merge;                             /* likewise */
    const struct db_stmt *insist;        /* refuses unless the row carries this change */
    const struct db_stmt *as_of;         /* the version valid at an instant */
    const struct db_stmt **search_exact; /* by field */
    const struct db_stmt **reveal;       /* by field: of encrypted ones; else NULL */
    const struct db_stmt *readers_get, *readers_before, *readers_write; /* of named readers */
    struct rec_shapes *shapes;
    const struct rec_bulk *bulk;
    const struct rec_tell *tells; /* notices */
    int ntells;
    const struct db_stmt *tell_create; /* as rec_action.tell */
    const struct rec_related *related; /* what names its rows; NULL: nothing */
    const struct rec_effects *effects; /* effect.h; NULL: nothing follows from its steps */
};

/* Every select list starts with these; the selected fields follow in their order, so that where all
 * are selected field i is at REC_HEAD + i. */
enum rec_head {
    HEAD_ID,
    HEAD_DIV,
    HEAD_ORG,
    HEAD_VERSION,
    HEAD_CREATED_AT,
    HEAD_CREATED_BY,
    HEAD_UPDATED_AT,
    HEAD_UPDATED_BY,
    REC_HEAD
};

#define REC_ALL_FIELDS (~UINT64_C(0))

/* Where field i of a record is in rows that hold the fields of `selected`. */
static inline int rec_column_of(uint64_t selected, int i)
{
    return REC_HEAD + __builtin_popcountll(selected & ((UINT64_C(1) << i) - 1));
}

/* Parameters every statement starts with: $1 county, $2 $3 the caller's scope. */
enum { REC_SCOPE_PARAMS = 3 };

/* Copies row i of a description's table into the host's own struct: what an older plugin does not
 * know is zero, what a newer one adds is not read. */
void table_row(const struct wl_table *t, uint32_t i, void *out, size_t size);
/* Same for a plugin's i-th record. */
void record_row(const struct wl_records *t, uint32_t i, struct wl_record *out);
/* Works out a record of a module; false and *why ("elderly: errand: field spent_fen: …"). */
bool rec_compile(struct arena *a, const struct wl_plugin *plugin, bool linked,
                 const struct wl_record *d, struct rec *out, const char **why);
/* Adds the SQL texts (rec_sql.c); after every record of the process is registered, since references
 * name each other. */
bool rec_prepare(struct arena *a, struct rec *r, const char **why);
/* "t.id, t.div, …": select list of the head and of the fields of `selected`. */
const char *rec_select(struct arena *a, const struct rec *r, uint64_t selected);
/* "t.county = $1 and t.div >= $2 and t.div < $3", and for class 4 the readers: the application's
 * own wall in every statement that touches the record's table as t. */
const char *rec_scope_where(const struct rec *r);
/* The same for reading where t is the record's history: it asks the readers of the row as it is
 * now, and of WL_COUNTY_WIDE the county alone. */
const char *rec_history_where(struct arena *a, const struct rec *r);
/* The operations of a record, appended to ops[*n]; returns how many. */
int rec_ops(struct arena *a, const struct rec *r, const struct op **ops, int max);

int rec_field_find(const struct rec *r, const char *name); /* -1 */
int rec_state_find(const struct rec *r, const char *name); /* -1 */
/* Every compiled record of the process by "schema.table"; NULL when unknown. */
const struct rec *rec_find(const char *name);
void rec_register(struct rec *const *recs, int n);
/* Has `follow` done with an action of a record; start-up only. False: there is no such action. */
bool rec_action_follow(const char *record, const char *action, rec_follow follow);
const struct rec *rec_at(int i); /* the i-th of them; NULL past the last */

/* Lower-case snake_case of at most 48 characters: names of records, fields, states, verbs. */
bool rec_word_valid(const char *s);
/* Whether only the accounts named in a row see it (class 4). */
static inline bool rec_named(const struct rec *r)
{
    return r->d.flags & WL_NAMED_READERS;
}
bool rec_is_encrypted(uint32_t type); /* id number, phone, card */
/* "6 0": what a card's mask leaves first and last; false when `of` does not say it. */
bool rec_card_shown(const struct wl_field *f, unsigned *head, unsigned *tail);
/* Whether a value names a row whose being there is part of the write: reference, staff, file. */
bool rec_is_reference(uint32_t type);
/* The column a reader is shown: itself, or <name>_mask. */
const char *rec_shown(const struct rec *r, const struct rec_field *f);

#endif

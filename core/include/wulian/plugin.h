/* The whole contract between Wulian and a service plugin, and the only header a plugin may see.
 *
 * A plugin is one shared object <name>.so that exports one function, wl_plugin_v1(), returning a
 * constant description. It declares; it registers nothing by call. The host can therefore refuse
 * the whole plugin before any of its code has run, print it (`wulian plugin describe`), and derive
 * from one description the API, the checks, the screens, history, import, export and reports.
 *
 * Zero means unset and is refused wherever a decision is needed: types, sensitivity, access.
 * Tables carry their row size, so rows may grow at the end without breaking a built plugin. */
#ifndef WULIAN_PLUGIN_H
#define WULIAN_PLUGIN_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define WL_ABI 1u

struct wl_table {
    const void *rows;
    uint32_t count, stride;
};
#ifdef __cplusplus
#define WL_U32(n) static_cast<uint32_t>(n)
#else
#define WL_U32(n) ((uint32_t)(n))
#endif
#define WL_ROWS(array) \
    { (array), WL_U32(sizeof(array) / sizeof(*(array))), WL_U32(sizeof(*(array))) }

/* SQL is always a literal: WL_SQL(variable) does not compile. */
struct wl_sql {
    const char *text;
};
#define WL_SQL(literal) { "" literal "" }

/* ---- fields ---------------------------------------------------------------------------------- */

enum wl_type {
    WL_TYPE_UNSET,
    WL_TEXT,      /* text; min..max code points */
    WL_NAME,      /* a person's name; searched by characters, pinyin and initials when WL_SEARCHED:
                     columns <name>, <name>_py, <name>_pi */
    WL_INTEGER,   /* bigint; min..max */
    WL_MONEY,     /* bigint, 分 (1/100 yuan); min..max, JSON integer */
    WL_BOOL,      /* boolean */
    WL_DATE,      /* date */
    WL_TIME,      /* timestamptz */
    WL_CHOICE,    /* text; a code of the table `of`, valid on the day */
    WL_CHOICES,   /* text[]; distinct codes of the table `of` */
    WL_REFERENCE, /* uuid; a row of the record `of` ("station.resident") that the caller may see */
    WL_STAFF,     /* uuid; a user of the county who holds a post there today */
    WL_DIVISION,  /* bigint; a division code of the caller's county, JSON string of 12 digits */
    WL_ID_NUMBER, /* GB 11643; columns <name>_enc, _idx (blind index), _mask; encrypted */
    WL_PHONE,     /* phone; the same three columns */
    WL_SERIAL,    /* text; "431129-R20261122-0001" made on create; `of` is the letter */
    WL_DECIMAL,   /* numeric(18, scale); JSON string "12.50", never a float; min..max in units of
                     the last place: 1250 is 12.50 when scale is 2 */
    WL_CLOCK,     /* time without time zone; a time of day, JSON string "08:30" */
    WL_USCC,      /* text; 18 characters, unified social credit code, GB 32100 with its check */
    WL_FILE,      /* uuid; a file uploaded by the caller before (POST /api/v1/files), attached by
                     this field; `of`: kinds taken, of "image pdf office text audio"; max: bytes
                     */
    WL_LIST,      /* jsonb; a list of min..max objects, each with the fields of `items` */
    WL_CARD       /* the number of a certificate, card or account: min..max letters and digits,
                     4..40 when unset; the same three columns as WL_ID_NUMBER, encrypted; `of`: how
                     many characters its mask leaves first and last, "6 0" */
};

/* Sensitivity class of a field (0 public … 4 restricted case material), one above so that zero is
 * unset. Class 3 and 4 are class 3/4 of the domain: their reading is always audited. */
enum wl_class { WL_CLASS_UNSET, WL_CLASS_0, WL_CLASS_1, WL_CLASS_2, WL_CLASS_3, WL_CLASS_4 };

enum wl_flag {
    WL_REQUIRED = 1,  /* must be given on create and cannot be cleared */
    WL_LISTED = 2,    /* in lists (others only in the single record) */
    WL_FILTER = 4,    /* may be filtered by: eq ne in isnull, gt ge lt le of numbers, dates and
                         times, like (a beginning) of texts; an index must back it, one on texts
                         collate "C" for like */
    WL_SORT = 8,      /* may be sorted by; needs an index (county, field, id), NOT NULL */
    WL_SEARCHED = 16, /* takes part in POST …/search */
    WL_FIXED = 32,    /* cannot change after creation */
    WL_COMPUTED = 64, /* never accepted from clients: set by `compute`, an action, or the host */
    WL_NOT_FUTURE = 128, /* date or time not after now */
    WL_ACTION = 256,  /* set only as input of an action */
    WL_WITHIN = 512,  /* a division that stands for no place outside the caller's scope */
    WL_UNIQUE = 1024, /* no two living rows of the county hold the same; needs a unique index
                         (county, column) where deleted_at is null */
    WL_KEY = 2048     /* import finds the row to update by it; needs WL_UNIQUE, or several WL_KEY
                         fields with one unique index over all of them */
};

struct wl_field {
    const char *name;    /* column and JSON member, snake_case */
    uint32_t type;       /* enum wl_type */
    uint32_t sensitivity; /* enum wl_class */
    uint32_t flags;
    int64_t min, max;    /* both 0: the type's own range */
    const char *of;      /* code table, record or serial letter */
    struct wl_sql compute; /* value on create as an expression over v.<field>; with WL_COMPUTED. A
                              value that follows others ever after is a generated column, and
                              WL_COMPUTED without `compute` */
    uint32_t scale;        /* WL_DECIMAL: places after the point, 0..6 */
    struct wl_table items; /* WL_LIST: struct wl_field of one item; of them name, type,
                              WL_REQUIRED, min, max, of and scale count; no encrypted types, files,
                              references or lists within */
};

/* ---- rules between fields -------------------------------------------------------------------- */

enum wl_rule_kind {
    WL_RULE_UNSET,
    WL_REQUIRED_IF,  /* `field` must be given when `other` holds one of the words of `values`; "*":
                        when it holds anything */
    WL_FORBIDDEN_IF, /* `field` must be empty then */
    WL_AFTER,        /* date or time `field` is later than `other`; holds when either is empty */
    WL_NOT_BEFORE,   /* … or the same */
    WL_SUM_OF,       /* `field` is the sum of the fields whose names `other` lists, empty ones as 0;
                        holds when `field` is empty. "items.points" sums a member of a WL_LIST */
    WL_ANY_OF        /* at least one of `field` and the fields whose names `other` lists is given */
};

/* Checked on create, on PATCH and on actions against the row as it would become; the fault stands
 * at `field`, with the code of the kind ("required_if", …). */
struct wl_rule {
    uint32_t kind; /* enum wl_rule_kind */
    const char *field, *other, *values;
};

/* What no rule can say: a condition on the row as it would become, checked like the rules. It sees
 * what has committed and the caller may see (of other records: the rows in scope, of WL_COUNTY_WIDE
 * the county's); where two callers might break it together, a constraint has to hold it. Of t it
 * sees the fields and county, id, div, township, org, created_at, created_by; serials and generated
 * columns are not made yet. */
struct wl_guard {
    const char *field;   /* where the fault stands */
    const char *refusal; /* its code; its text is "rule.<refusal>" */
    struct wl_sql holds; /* boolean over t.<field> and tables joined on t.county; null is refused */
};

/* What the text of a guard says at {0}, {1} … {9}: until when, what instead. */
struct wl_guard_text {
    const char *refusal; /* the guard's */
    struct wl_sql tells; /* text[] over the same as wl_guard.holds, asked where that fails */
};

/* ---- a record's life ------------------------------------------------------------------------- */

struct wl_action {
    const char *name;       /* POST …/{id}/actions/{name} */
    const char *from;       /* states it may start in, space-separated */
    const char *to;         /* state it leads to */
    const char *permission; /* verb on the record's object: "assign" asks <object>.assign */
    const char *input;      /* fields it takes: "staff! note" (! = required); NULL: none */
    const char *only;       /* WL_STAFF field that must hold the caller; NULL: anybody permitted */
    const char *never;      /* field that must not hold the caller: who handled may not close */
    struct wl_sql set;      /* "accepted_at = now()"; input fields and the
                               state are set by the host */
    struct wl_sql guard;    /* boolean over t.<field> of the row before and v.<field> of what
                               `input` gives (null: not given); refused with `refusal`. One that
                               reads v is asked with the action only: until then the action counts
                               as open (`_actions`) */
    const char *refusal;    /* message key of the guard's refusal */
    uint32_t flags;         /* enum wl_action_flag */
};

enum wl_action_flag {
    WL_NOT_RELATIVE = 1 /* nobody does it for their own relative: the record's `person` must not be
                           in the near-relative register (近亲属备案) of the caller */
};

/* A limit that runs: rows past `due` and not in a state of `held` or `ended` are overdue, can be
 * listed (?overdue=<due>) and say so (`_overdue`). While the row is in a state of `held` the clock
 * stands: leaving it moves `due` by the time it stood, in the unit of `policy`: working time when
 * that parameter is given in working time, else (or without one) all hours. Needs an index (county,
 * <due>), and with `held` the column <due>_held timestamptz beside <due>. */
struct wl_limit {
    const char *due;   /* WL_TIME field, computed */
    const char *held;  /* states in which the clock stands; NULL: none */
    const char *ended; /* states in which it no longer counts */
    struct wl_sql policy; /* key of the policy parameter the limit comes from, over t.<field>:
                             "'request.finish_minutes.' || t.urgency" */
    const char *staff;    /* WL_STAFF field of who has to keep it: it stands on their agenda; NULL:
                             on that of everybody at the row's place who may do the next step */
    const char *remind;   /* who is told when it runs out, once, as wl_notice.to; NULL: nobody */
    uint32_t before;      /* minutes before it runs out at which `staff` is reminded; 0: not */
};

/* ---- what follows from a step, and what the clock brings ------------------------------------- */

/* Rows that are made or changed because a row was created or an action done. It happens in the
 * transaction of the step, within the caller's scope and by right of the step: the caller needs no
 * right of their own on `record`. Effects have no effects in turn.
 *
 * `rows` is a SELECT over t, the one row as the step left it, and over tables joined to it on
 * county; t may stand in its FROM or not. Without `set`, each of its rows becomes a new row of
 * `record`: its columns are named as the fields' (those with WL_COMPUTED that have no `compute`
 * too; a searched name with its _py and _pi; no encrypted field, file or serial); what it leaves
 * out is as if not given. Besides: div (unset: t.div) and key text, by which the rows are put in
 * order. The notices of `record` on create are sent.
 * With `set`, each of its rows names one to change by its column id (null: none; none twice; never
 * the row of the step itself); `set` is "spent_fen = o.spent_fen + s.amount_fen" over o, the row to
 * change, as it is at that moment, and s, the row of `rows`, as it was when these were read: where
 * a state may have moved in between, "state = case o.state when 'planned' then 'cancelled' else
 * o.state end". A row out of the caller's reach refuses the whole step, and so
 * does a constraint of `record` that this would break (wl_check of the record that acts). Rules,
 * guards and locked states are for what people do: effects are not held to them. Batches and
 * imports have the effects of each of their rows. */
struct wl_effect {
    const char *on;      /* "create" and names of actions, space-separated */
    struct wl_sql when;  /* boolean over t.<field>; unset: always */
    const char *record;  /* "station.request": a record of the module, or one with WL_PUBLISHED */
    struct wl_sql rows, set;
};

/* The same by the clock, done by the county's own account (系统): t is one row with county int, at
 * timestamptz (the moment it stands for) and day date (its day in Asia/Shanghai). Every moment is
 * run once, in order and in one transaction a county, also those missed while the server was down
 * (of `min` and `hourly` only the last); a chore begins when the county first sees it. Take the
 * time from t.at, never from now(). New rows need `key`: their ids derive from the chore's name and
 * key, so what is there already, deleted or not, is left alone; div unset is the whole county.
 * Rows where the plugin is off are left out, and rows to change that are not there. A constraint
 * that would be broken stops the chore until it is mended; others go on. */
struct wl_chore {
    const char *name;   /* "weekly_dispatch" */
    const char *at;     /* Asia/Shanghai: "10 min", "hourly 05", "daily 01:00", "weekly 1 08:00" (1
                           is Monday), "monthly 1 00:10" (-1: the last day), "yearly 01-20 00:10" */
    const char *record;
    struct wl_sql rows, set;
};

/* A message into the inbox (and by the county's gateway) of whoever has to know. */
struct wl_notice {
    const char *on;     /* "create", actions of the record, and names of chores that make or change
                           rows of it, space-separated */
    const char *to;     /* WL_STAFF fields, and "@role": whoever holds a post of that role that
                           reaches the row's place: "staff @station_head" */
    const char *text;   /* message "notice.<text>"; {field} stands for a field of class 0 or 1 */
    struct wl_sql when; /* boolean over t.<field>; unset: always */
};

/* A named table constraint and the field a client should be pointed to when it is violated; the
 * message is "constraint.<name>" of the plugin's own texts. */
struct wl_check {
    const char *constraint, *field;
};

struct wl_record {
    const char *name;   /* "errand": table <plugin>.errand and <plugin>.errand_history */
    const char *path;   /* "errands": /api/v1/<plugin>/errands */
    const char *object; /* permissions are <object>.<verb> */
    struct wl_table fields;  /* struct wl_field */
    struct wl_table actions; /* struct wl_action */
    struct wl_table checks;  /* struct wl_check */
    const char *states;  /* "requested accepted …", the first is the initial one; NULL: no life */
    const char *sort;    /* default order: "-created_at" or a WL_SORT field with optional '-' */
    const char *person;  /* reference to whose record it is (default of div); NULL */
    const char *verbs;   /* "list get create patch delete search restore import export": which of
                            them exist; batch and dry runs come with create and patch */
    const char *origin;  /* reference field to station.request this work came from; NULL. The
                            request lists it; an effect that sets the request's work_done_at tells
                            it that the work has ended, and its worker then finishes it */
    const char *locked;  /* states in which nothing but an action changes the row: "settled" */
    const char *title;   /* fields that name a row to people: "no category"; NULL: its id */
    struct wl_table rules;   /* struct wl_rule */
    struct wl_table limits;  /* struct wl_limit */
    const char *alike;   /* fields that, all equal, make two rows candidates for being one: "name
                            birth sex"; names count as equal when they sound alike. Gives lists of
                            candidates, merge and unmerge; needs an index (county, their columns)
                            where deleted_at is null. NULL: none */
    uint32_t retention_days; /* a deleted row can be restored this long; with verb restore */
    uint32_t flags;      /* enum wl_record_flag */
    struct wl_table effects; /* struct wl_effect */
    struct wl_table notices; /* struct wl_notice */
    struct wl_table guards;  /* struct wl_guard */
    struct wl_sql fixed_when; /* boolean over t.<field>: when true, nothing but an action changes
                                 the row; refused with `fixed_refusal` */
    const char *fixed_refusal; /* message "problem.<fixed_refusal>" */
    struct wl_sql readers; /* with WL_NAMED_READERS: uuid[] over v.<field>, who reads a new row
                              besides its maker; null: nobody */
    struct wl_table guard_texts; /* struct wl_guard_text */
    const char *shares; /* with WL_HANDED_ON: states in which the row of `person`, whose record is
                           WL_SHAREABLE, can be read where to_div lies, one at a time and until
                           shared_until (WL_TIME, computed); the platform's own records only */
    const char *sections; /* parts of the form, in the order of the fields, each by the field it
                             begins with: "who:name home:address"; the text of each is
                             "<record>.section.<part>". NULL: the form is one part */
};

enum wl_record_flag {
    WL_PUBLISHED = 1,    /* records of other plugins may refer to it; of the platform's own do so
                            station.resident, station.household, station.request and
                            admin.org_unit */
    WL_NAMED_READERS = 2, /* class 4: only the accounts in the column `readers uuid[]` see the row;
                            whoever creates it is the first */
    WL_COUNTY_WIDE = 4,  /* read in the whole county by whoever may read it, written in the scope as
                            ever: brand plans, bulletins; needs call core.county_wide(table) */
    WL_SHAREABLE = 8,    /* see wl_record.shares; needs the function core.shared_<record>(uuid) */
    WL_HANDED_ON = 16    /* one row of two places: read, and acted on, where its field to_div lies
                            as well as where div does, and made and changed at div alone: referrals;
                            needs call core.handed_on(table). Guards of its actions say whose step
                            each is */
};

/* Records stand one to a file, so their table holds pointers; `size` is the row size they were
 * built with. */
struct wl_records {
    const struct wl_record *const *rows;
    uint32_t count, size;
};
#define WL_RECORDS(array) \
    { (array), WL_U32(sizeof(array) / sizeof(*(array))), WL_U32(sizeof(struct wl_record)) }

/* ---- statements, routes ---------------------------------------------------------------------- */

/* A plain SELECT/INSERT/UPDATE/DELETE/WITH over the plugin's own schema and the published views.
 * $1 is always the caller's county, bound by the host; every table must be joined or filtered on
 * it. $2 … are the arguments. Runs only inside the caller's scope; into a table of
 * core.record_table it brings rows only where the plugin is on. A row that it writes has no
 * history, checks, numbers or steps: those come with a declared record, whose rows are the core's
 * to write. */
struct wl_statement {
    const char *name;
    struct wl_sql sql;
};

struct wl_ctx;
struct wl_rows;

/* What one call may hold through the host's functions, in bytes: rows, arguments, wl_api.alloc. */
#define WL_CALL_MEMORY ((size_t)32 << 20)

/* What the host does for a running handler. Append-only: check `size` before using a member newer
 * than the plugin needs. Everything returned lives until the call ends; free nothing. */
struct wl_api {
    size_t size;
    const char *(*arg)(struct wl_ctx *ctx, int i);               /* i-th {…} of the path */
    const char *(*query)(struct wl_ctx *ctx, const char *name);  /* NULL when not given */
    const char *(*actor)(struct wl_ctx *ctx);                    /* the caller's user id */
    /* Queues a declared statement with n arguments ($2 …); returns its index in the batch. */
    int (*add)(struct wl_ctx *ctx, const char *statement, int n, const char *const *args);
    /* Runs what was added as one transaction behind the caller's scope. 0 when it committed; else
     * the reply is already a problem and the handler returns. */
    int (*run)(struct wl_ctx *ctx);
    const struct wl_rows *(*rows)(struct wl_ctx *ctx, int index);
    int (*count)(const struct wl_rows *rows);
    const char *(*text)(const struct wl_rows *, int row, const char *column); /* NULL for null */
    /* Replies: the single row as an object (404 when there is none), all rows as {"items":[…]}. */
    void (*reply_row)(struct wl_ctx *ctx, const struct wl_rows *rows);
    void (*reply_rows)(struct wl_ctx *ctx, const struct wl_rows *rows);
    void (*reply_problem)(struct wl_ctx *ctx, int status, const char *code);
    /* A text member of the body; NULL when it is missing or no text. */
    const char *(*body)(struct wl_ctx *ctx, const char *member);
    /* What an encrypted field ("station.resident", "phone") holds as blind index for the body's
     * member: a bytea argument for <field>_idx = $n. NULL: the reply is a problem that says why. */
    const char *(*blind)(struct wl_ctx *ctx, const char *record, const char *field,
                         const char *member);
    /* n zeroed bytes. NULL past WL_CALL_MEMORY: then nothing more runs for the call, and its answer
     * is 500 reply_too_large, whatever the handler says. */
    void *(*alloc)(struct wl_ctx *ctx, size_t n);
};

struct wl_ctx {
    const struct wl_api *api;
};

/* Straight-line blocking code on a worker thread. It has as long as a request may last (the setting
 * http.request_ms, 5 s); a statement that still runs is ended then, and half as long again later
 * its client gets a 503. Past twice its time the process is ended for it, which takes the other
 * calls in it along, as does a fault or exit(): after three such ends in five minutes this version
 * of the plugin is held back, and whatever it offers answers 503 until it is released. Take memory
 * by api->alloc: only the call that takes too much is refused. What malloc takes nobody counts but
 * the ceiling of the whole process, where it gives NULL and others find no memory either; a process
 * whose descriptors are used up is replaced. */
typedef void (*wl_handler)(struct wl_ctx *ctx);

struct wl_route {
    const char *method, *path; /* path below /api/v1/<plugin>: "/residents/{id}/card" */
    const char *permission;    /* "<object>.<verb>" */
    wl_handler handler;
    uint32_t sensitivity; /* enum wl_class: the highest of what it shows. From class 3 on the answer
                             waits until its audit row is safe */
    /* What goes in and out, for the OpenAPI document: members with their types (text uuid int bool
     * date time div object any), '?' behind what may be missing or null. */
    const char *asks;    /* parameters of the query: "from?:date limit?:int"; NULL: none. Checked
                            before the handler runs; besides those types township (9 digits),
                            month (2026-11), year (2026) and "(one|other)" */
    const char *takes;   /* "{note kinds:[text]}"; NULL: no body */
    const char *gives;   /* "{id:uuid open_errands:int}" or "{items:[{…}]}" */
    const char *summary; /* one English line; NULL: its path */
    const char *also;    /* a second permission the caller must hold, for what else it shows:
                             "resident.read" beside names of residents; NULL: none */
};

/* ---- reports, access, settings --------------------------------------------------------------- */

/* An indicator is declared by the rows behind it: a SELECT giving exactly the columns
 * county int, div bigint, org uuid, at timestamptz, id uuid, person uuid, kind text, n bigint.
 * The host sums n by place and kind, counts persons anew at each level, and drills down. What
 * several modules declare under one code (M08, M38, M40) is one indicator: with the same unit,
 * persons, kinds, share and flags each brings its rows, which count where its service is on. */
struct wl_indicator {
    const char *code;    /* "M13"; its label is the text "indicator.M13" */
    const char *unit;    /* message key of the unit */
    const char *persons; /* code under which distinct persons behind the rows are shown; NULL */
    const char *kinds;   /* code table of `kind`; NULL: texts "indicator.<code>.<kind>" */
    const char *share;   /* the kind whose share of the whole is reported beside it; NULL */
    const char *record;  /* "elderly.errand": what the ids are, for drilling down; of several
                            records, apart by spaces, a last column record text names each row's,
                            and the rows open to who may read all of them */
    struct wl_sql rows;
    uint32_t flags; /* enum wl_indicator_flag */
};

enum wl_indicator_flag {
    WL_MEAN = 1,       /* n measures each row: the number is its mean, rounded, not its sum */
    WL_KIND_CLOSED = 2 /* kind tells of a row what masked readers of the record are not told: its
                          rows are for those who read the record whole */
};

/* Who may what: verbs ("create read masked update …") on one object for one role. */
struct wl_access {
    const char *object, *role, *verbs;
};

/* A setting of the plugin per township, given when it is turned on. SQL asks for it as text by
 * core.setting(t.county, t.div, 'elderly.meal_cutoff_hour'): what the township of the division has
 * set, else the default; any plugin may ask for any plugin's. */
struct wl_setting {
    const char *name;
    uint32_t type;         /* WL_INTEGER, WL_BOOL, WL_TEXT or WL_MONEY */
    int64_t min, max;
    const char *value;     /* default, as text */
    const char *basis;     /* document it rests on; NULL: unconfirmed, shown as such */
};

/* ---- the plugin ------------------------------------------------------------------------------ */

struct wl_plugin {
    uint32_t size; /* sizeof(struct wl_plugin) */
    uint32_t abi;  /* WL_ABI */
    const char *name;    /* equals the file's name */
    const char *version; /* "1.0.0" */
    uint32_t schema;     /* number of the newest file in sql/ that this code needs */
    struct wl_records records;
    struct wl_table statements, routes, indicators, access, settings;
    struct wl_table chores; /* struct wl_chore */
    /* A description that is too long for one file stands in parts; the host reads it as one. Of a
     * part only its records and tables count. */
    const struct wl_plugin *const *parts;
    uint32_t nparts;
};

#if defined(__GNUC__)
#define WL_EXPORT __attribute__((visibility("default")))
#else
#define WL_EXPORT
#endif

/* The one exported symbol. */
WL_EXPORT const struct wl_plugin *wl_plugin_v1(void);

#ifdef __cplusplus
}
#endif
#endif

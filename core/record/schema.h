/* The schema document: what the console renders. JSON Schema 2020-12 in the profile below, and
 * hints for screens in `x-ui`; all of it read from struct rec, for one caller.
 *
 * Profile: type, enum, properties, required, additionalProperties: false, items, min/maxItems,
 * uniqueItems, minimum, maximum, min/maxLength (code points), pattern (anchored, the same in PCRE2
 * and JavaScript), format (date, date-time, uuid), readOnly, allOf of if/then. What it cannot say
 * is named in `x-check`:
 *
 *   text          not blank; no control characters, none that turn the direction of writing
 *   cn-id18       resident identity number, GB 11643 (15 digits and full-width forms are taken)
 *   cn-phone      telephone number as base/check.h reads it
 *   cn-uscc       unified social credit code, GB 32100
 *   not-future    not after now
 *   county        a division of the caller's county
 *   within        … within the caller's scope
 *   decimal       within `min` and `max` of x-ui
 *   uuid7         version 7 */
#ifndef WULIAN_RECORD_SCHEMA_H
#define WULIAN_RECORD_SCHEMA_H

#include "base/time.h"
#include "json/jw.h"
#include "record/input.h"

enum { SCHEMA_RECORDS_MAX = 256 };

extern const struct op schema_ops[];
extern const int schema_nops;

/* The modules and every operation of the process; start-up only. */
struct schema_module {
    const struct wl_plugin *plugin;
    bool linked;
};
void schema_set_modules(const struct schema_module *modules, int n);
void schema_set_ops(const struct op *const *ops, int n);

/* Whose view is written. */
struct schema_view {
    struct call *c;  /* NULL: everything there is, for everybody */
    struct arena *a;
    struct date today;
    bool off_too; /* plugins that are off as well, where the caller still reads their rows */
    bool plain; /* without x-ui: for OpenAPI, where a field has its label as description */
};

struct schema_view schema_view_of(struct call *c);
const struct schema_module *schema_modules(int *n);
const struct op *const *schema_all_ops(int *n);
/* Whether the operation is open to the caller: permission, and its plugin is on where they work. */
bool schema_sees(const struct schema_view *v, const struct op *op);
/* Whether the caller reads the record through masks. */
bool schema_masked(const struct schema_view *v, const struct rec *r);
/* What an operation on the record is called: "list", "create", "history", "import"; "" when it is
 * another's, or an action's (then *action is its name). */
const char *schema_verb(struct arena *a, const struct rec *r, const struct op *op,
                        const char **action);

enum schema_mode {
    SCHEMA_CREATE = INPUT_CREATE,
    SCHEMA_PATCH = INPUT_PATCH,
    SCHEMA_ACTION = INPUT_ACTION,
    SCHEMA_ROW,
    SCHEMA_VERSION /* a row of the history */
};
/* The records of a module that are open to the caller, written to out from n on; the new n, at most
 * SCHEMA_RECORDS_MAX. */
int schema_records(const struct schema_view *v, const struct schema_module *m,
                   const struct rec **out, int n);
/* Nothing is read, but the database is asked whether the session still stands; false: the reply is
 * set. */
bool schema_session_holds(struct call *c, struct db_conn *conn);
/* The reply is the caller's own document, and asks to be checked before it is used again. */
void schema_seal(struct call *c);
/* Whether anything of the record is open to the caller. */
bool schema_record_open(const struct schema_view *v, const struct rec *r);
/* The verbs open to the caller, space-separated, in the order of the operations. */
const char *schema_verbs(const struct schema_view *v, const struct rec *r);
bool schema_action_has_input(const struct rec *r, const struct rec_action *x);
/* Whether the field stands in that body. `x` is the action for SCHEMA_ACTION, else NULL. */
bool schema_has_field(const struct schema_view *v, const struct rec *r, const struct rec_action *x,
                      enum schema_mode mode, int field);
/* "string", "integer", "boolean" or "array". */
const char *schema_json_type(uint32_t type);
/* The schema of one field as a property of that body. `needed`: null is no value there. */
void schema_field(struct jw *w, const struct schema_view *v, const struct rec *r, int field,
                  enum schema_mode mode, bool needed);
/* The schema of the whole body. */
void schema_body(struct jw *w, const struct schema_view *v, const struct rec *r,
                 const struct rec_action *x, enum schema_mode mode);
/* One record with everything the console needs; and the code tables and states of some. */
void schema_record(struct jw *w, const struct schema_view *v, const struct rec *r);
void schema_dicts(struct jw *w, const struct schema_view *v, const struct rec *const *recs, int n);

/* "key":["word",…] of space-separated words; NULL: none. */
void schema_words(struct jw *w, const char *key, const char *words);

#endif

/* What people read instead of names. The texts stand in the module's own messages, under keys made
 * of the names of the description:
 *
 *   errand                    the record
 *   errand.courier            a field
 *   errand.items.dose         a member of a list's rows
 *   errand.state.requested    a state
 *   errand.section.money      a part of its form
 *   errand.action.accept      an action
 *   errand.action.accept.confirm   what is asked before it; may be missing
 *
 * A field of <wulian/tags.h> without a text of its own has the platform's, "tag.<field>". */
#ifndef WULIAN_RECORD_LABEL_H
#define WULIAN_RECORD_LABEL_H

#include "json/jw.h"
#include "record/rec.h"

/* In the caller's language; the name where there is no text. */
const char *rec_label(struct call *c, const struct rec *r, int field);
/* Of item field `item` of the WL_LIST `field`. */
const char *rec_item_label(struct call *c, const struct rec *r, int field, int item);
/* Several, with commas between. */
const char *rec_labels(struct call *c, const struct rec *r, const int *fields, int n);

/* The keys. `name` of a field: "courier", or "items.dose". */
const char *label_field(struct arena *a, const struct rec *r, const char *name);
const char *label_state(struct arena *a, const struct rec *r, const char *state);
const char *label_action(struct arena *a, const struct rec *r, const char *action);
const char *label_confirm(struct arena *a, const struct rec *r, const char *action);

/* {"zh":…,"en":…} of a key of the module; the key itself where there is no text. */
void label_write(struct jw *w, const char *owner, const char *key);
void label_members(struct jw *w, const char *owner, const char *key); /* "zh":…,"en":… */
bool label_known(const char *owner, const char *key);                 /* in both languages */

/* Whether the record and all it declares have their labels; else false and *why with the key, where
 * it belongs and for what. After the module's messages were loaded. */
bool labels_check(struct arena *a, const struct rec *r, const char **why);

#endif

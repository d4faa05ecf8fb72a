/* Rules between fields (struct wl_rule). On create they are held against the input, together with
 * all other faults. On PATCH and actions the row as it would become is known in the database only:
 * the write's own WHERE holds them, and a statement in the same batch, asked before it of the same
 * row at the same version, says which did not. Rules over a computed field are asked there on
 * create too; so are guards (guard.h), which stand beside the rules in all of this. */
#ifndef WULIAN_RECORD_RULE_H
#define WULIAN_RECORD_RULE_H

#include "record/input.h"
#include "record/rec_text.h"

/* Works out the record's rules, after its fields and states; false and *why with the mend. */
bool rules_compile(struct arena *a, struct rec *r, const char **why);
/* Whether every code that a rule compares with is in its table; after codes_load. */
bool rules_codes_known(struct arena *a, const struct rec *r, const char **why);

/* "required_if": the kind's fault code. */
const char *rule_name(uint32_t kind);
/* Adds the faults of what is being created; rules over a field that is faulty itself wait. */
void rules_check(struct call *c, const struct rec *r, const struct rec_input *in);
/* Adds the fault of one rule. */
void rule_fault(struct call *c, const struct rec *r, const struct rec_rule *x);
/* Adds the faults of the rules whose letter in `told` is 'f': see rules_told. */
void rules_explain(struct call *c, const struct rec *r, const char *told);

enum rule_write { RULE_INSERT, RULE_UPDATE, RULE_ACTION };

/* " and exists (select from (<the row as it would become>) n where <the rules>)", where t (v on
 * insert) is the row and `mark` begins a parameter; nothing when there is nothing to hold. */
void rules_where(struct sql *s, const struct rec *r, enum rule_write how,
                 const struct rec_action *x, const char *mark);
/* ", (…) as rules" of the same row: a text with one letter for each rule and guard, t when it
 * holds, f when not, and behind them what guards tell; empty when there is nothing to ask. */
void rules_told(struct sql *s, const struct rec *r, enum rule_write how, const struct rec_action *x,
                const char *mark);
/* That text alone, as a statement with the write's own parameters; no row when there is no row of
 * that version. NULL when there is nothing to ask. */
const struct db_stmt *rules_stmt(struct arena *a, const struct rec *r, enum rule_write how,
                                 const struct rec_action *x);

#endif

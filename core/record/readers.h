/* Records of class 4: rows that only the accounts named in them see (WL_NAMED_READERS). */
#ifndef WULIAN_RECORD_READERS_H
#define WULIAN_RECORD_READERS_H

#include "record/record.h"

enum { READERS_MAX = 50 };

/* What is wrong with the classes of a record's fields, or NULL: class 4 needs named readers, and
 * named readers need a table that says who reads. */
const char *readers_fault(const struct rec *r, const struct wl_field *d);
/* " and core.actor() = any (x.readers)" for a row of the record under that alias; "" for records
 * that everybody in scope sees, and without the application's wall. */
const char *readers_where(struct arena *a, const struct rec *r, const char *alias);
/* What is wrong with the record's expression of who else reads new rows, or NULL. */
const char *readers_more_fault(const struct rec *r);
/* ", array[…]" of a new row v: its maker and whom the description adds; "" without readers. */
const char *readers_of_new(struct arena *a, const struct rec *r);
/* The statements of GET and PUT …/{id}/readers. */
void readers_build(struct arena *a, struct rec *r);
/* {"readers": […]} as a uuid[] parameter; NULL with the reply set. The caller stays among them: so
 * no row is ever without a reader. */
const char *readers_input(struct call *c);
/* A change of readers that was refused: true with the reply set when an account is not to be one.
 */
bool readers_refused(struct call *c, const struct db_rows *before);

#endif

/* What people call a field, in the caller's language: the text "field.<record>.<field>" of the
 * module's messages, else "field.<field>", else the field's name. */
#ifndef WULIAN_RECORD_LABEL_H
#define WULIAN_RECORD_LABEL_H

#include "record/rec.h"

const char *rec_label(struct call *c, const struct rec *r, int field);
/* Of item field `item` of the WL_LIST `field`: "field.<record>.<field>.<item>" and so on. */
const char *rec_item_label(struct call *c, const struct rec *r, int field, int item);
/* Several, with commas between. */
const char *rec_labels(struct call *c, const struct rec *r, const int *fields, int n);

#endif

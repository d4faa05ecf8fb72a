/* What people call a field, in the caller's language: the text "<record>.<field>" of the module's
 * messages, the field's name where there is none. */
#ifndef WULIAN_RECORD_LABEL_H
#define WULIAN_RECORD_LABEL_H

#include "record/rec.h"

const char *rec_label(struct call *c, const struct rec *r, int field);
/* Of item field `item` of the WL_LIST `field`: "<record>.<field>.<item>". */
const char *rec_item_label(struct call *c, const struct rec *r, int field, int item);
/* Several, with commas between. */
const char *rec_labels(struct call *c, const struct rec *r, const int *fields, int n);

#endif

/* The texts of one effect. Private to core/record. */
#ifndef WULIAN_RECORD_EFFECT_SQL_H
#define WULIAN_RECORD_EFFECT_SQL_H

#include "record/effect.h"

/* Of the record's effect number n; false when one passed its ceiling. */
bool effect_texts(struct arena *a, const struct rec *r, struct rec_effect *e, int n);

#endif

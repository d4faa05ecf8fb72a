/* The parts of a form: where each begins, and what it is called. */
#ifndef WULIAN_RECORD_SECTION_H
#define WULIAN_RECORD_SECTION_H

#include "record/rec_compile.h"

/* Works wl_record.sections into r->sections; there is always one, so that a form has a heading.
 * False and *why for a word without its field, a field that does not exist or stands before the
 * one of the section above. */
bool sections_compile(struct arena *a, struct rec *r, const char **why);
/* The key of its text: "errand.section.money", or the record's own label. */
const char *section_key(struct arena *a, const struct rec *r, int section);
/* The section that field `i` stands in. */
int section_of(const struct rec *r, int i);

#endif

/* Chinese surnames: where the family name ends in a written name. */
#ifndef WULIAN_BASE_SURNAME_H
#define WULIAN_BASE_SURNAME_H

#include <stddef.h>

/* Code points of the surname a name begins with: 2 for a compound surname (复姓: 欧阳, 司马 …) that is
 * followed by at least one more, else 1; 0 for an empty name. Two characters alone are always
 * surname and given name. */
size_t surname_count(const char *name);

#endif

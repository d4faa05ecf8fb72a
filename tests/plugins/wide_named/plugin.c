/* For its named readers, and for the whole county. */
#define NAME "wide_named"
#define FLAGS WL_COUNTY_WIDE | WL_NAMED_READERS
#include "../plain.h"

/* Sorted by what cannot be sorted by. */
#define NAME "unknown_sort"
#define SORT "-holder"
#include "../plain.h"

/* Parts of the form that leave out its first field. */
#define NAME "section_first"
#define SECTIONS "more:state"
#include "../plain.h"

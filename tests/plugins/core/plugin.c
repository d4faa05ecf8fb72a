/* Takes a name of the platform's own: a schema and a path that are not its. */
#define NAME "core"
#include "../plain.h"

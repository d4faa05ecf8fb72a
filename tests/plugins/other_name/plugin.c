/* Calls itself something else than its file. */
#define NAME "another"
#include "../plain.h"

/* A field declared twice. */
#define NAME "field_twice"
#define FIELDS TITLE, STATE, HOLDER, TITLE
#include "../plain.h"

/* Needs a migration that is not there. */
#define NAME "schema_number"
#define SCHEMA 2
#include "../plain.h"

/* Words that PostgreSQL keeps for itself. */
#ifndef WULIAN_RECORD_SQL_WORD_H
#define WULIAN_RECORD_SQL_WORD_H

#include <stdbool.h>

/* Whether the word cannot stand as it is for a schema, a table or a column, as names of a
 * description do in every statement. */
bool sql_reserved(const char *word);

#endif

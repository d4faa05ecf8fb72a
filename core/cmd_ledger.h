/* `wulian audit export|verify|key|epoch`: the sealed ledger as a whole, for the operator and for
 * whoever checks him. */
#ifndef WULIAN_CMD_LEDGER_H
#define WULIAN_CMD_LEDGER_H

#include <stdbool.h>

/* Whether `wulian audit <word>` is one of these. */
bool ledger_word(const char *word);
int cmd_ledger(int argc, char **argv);

#endif

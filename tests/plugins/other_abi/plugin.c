/* Built for a contract that does not exist yet. */
#define NAME "other_abi"
#define ABI 2u
#include "../plain.h"

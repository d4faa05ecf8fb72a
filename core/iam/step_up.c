#include "iam/step_up.h"

#include <string.h>

#include "base/str.h"

/* The operations of records say by their permission what they do; the core's own by OP_FRESH. */
static const char grants[] = "account.create account.update account.approve account.disable "
                             "post.create post.approve post.end";
static const char verbs[] = "export approve_export";

enum { PERMISSION_TEXT = 80 };

static int minutes; /* set once at start */

void step_up_set(int most)
{
    minutes = most;
}

int step_up_minutes(void)
{
    return minutes;
}

static bool asks(const char *permission)
{
    const char *verb = permission ? strchr(permission, '.') : NULL;

    return verb && (str_has_word(verbs, verb + 1) || str_has_word(grants, permission));
}

bool step_up_needed(const struct call *c)
{
    return minutes > 0 && (c->op->flags & OP_FRESH || asks(c->permission));
}

bool step_up_of(const struct op *op)
{
    bool found = op->flags & OP_FRESH;
    size_t n;

    for (const char *at = op->permission, *word; at && (word = str_word_next(&at, &n));) {
        char one[PERMISSION_TEXT];

        found = found || (str_format(one, sizeof one, "%.*s", (int)n, word) && asks(one));
    }
    return found;
}

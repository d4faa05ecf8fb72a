/* What a question about a report asks for: which month, of which place, counted over what. */
#ifndef WULIAN_REPORT_ASKED_H
#define WULIAN_REPORT_ASKED_H

#include "call/call.h"

struct period {
    const char *name, *first; /* "2026-11", "2026-11-01" */
    const char *from, *to;    /* [from, to) as instants in Asia/Shanghai */
};

enum place { PLACE_PART, PLACE_TOWNSHIP, PLACE_COUNTY };

struct asked {
    struct period period, before; /* before: the month before it */
    int64_t lo, hi;               /* what of the caller's scope is asked for */
    enum place place;             /* PLACE_PART: less than a township, or one organisation of it */
    const char *org;              /* NULL: all */
};

/* From the path and ?period, ?org, ?township; false with the reply set. */
bool asked_read(struct call *c, struct asked *a);
/* As ask_params, of the place asked for. */
enum { ASKED_PARAMS = 7 };
const char **asked_params(struct call *c, const struct asked *a, const struct period *p, int n);
/* The first division of the place: the township's, the county's. */
const char *asked_div(struct call *c, const struct asked *a);
/* Whether the place begins with the county's own. */
bool asked_own(const struct call *c, const struct asked *a);

#endif

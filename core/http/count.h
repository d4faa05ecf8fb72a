/* What the front counts: answers by route and class of status, by status, and how long calls took:
 * each by its lane, all of a route together. */
#ifndef WULIAN_HTTP_COUNT_H
#define WULIAN_HTTP_COUNT_H

#include "call/call.h"

struct counts;

/* For the routes of a server, which outlive it; lives in the arena. */
struct counts *counts_new(struct arena *a, const struct op *const *ops, int n);
/* A call was answered. number: its route's place among them; -1: a file, or a refusal before there
 * was a route. us: since its body was there. */
void counts_answer(struct counts *k, int number, int status, int64_t us);

#endif

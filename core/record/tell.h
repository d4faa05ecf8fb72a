/* Notices of a record (struct wl_notice): who is told of a step, in the step's own transaction, and
 * how it reads. The text names fields of class 0 and 1 only; that is checked at load, so that no
 * inbox, webhook or short message can hold anything else. */
#ifndef WULIAN_RECORD_TELL_H
#define WULIAN_RECORD_TELL_H

#include "notice/notice.h"
#include "record/rec_text.h"

enum { REC_TELLS_MAX = 24 };

/* core.notice_send looks for posts over the row's own place only. */
#define TELL_NOT_HANDED_ON                                                                         \
    "a record that is handed on has two places, and nobody is told of it yet; drop it"

/* Checks the description's notices and makes their SQL, after every record, every text and every
 * right of the process is known; false and *why. */
bool tells_build(struct arena *a, struct rec *r, const char **why);
/* Whether anybody is told when `on` (create, an action, a chore) has written rows of the record. */
bool tells_any(const struct rec *r, const char *on);
/* ", case when … then core.notice_send(…) end" for each notice of `on`: columns of a select over
 * the rows t (whole rows of the record's table, as they were written). Their values say how many
 * posts were told. Nothing when there are none. */
void tells_select(struct buf *b, const struct rec *r, const char *on);
/* The same as a statement about the row $4 that this call ($5) wrote; NULL: nobody is told. */
const struct db_stmt *tells_stmt(struct arena *a, const struct rec *r, const char *on);
/* Adds it behind a write. */
void tells_add(struct call *c, struct db_batch *b, const struct db_stmt *stmt, const char *id);

/* For messages that no wl_notice declares (reminders of limits): the value of p_args over t with
 * what of the record's title is of class 0 or 1. Their texts may name {_record}, {_limit} (a field,
 * args._limit), {_due} and {_title}. */
const char *tell_title_args(struct arena *a, const struct rec *r);
/* The two arrays of core.notice_send, staff and roles, from words as in wl_notice.to. */
const char *tell_to(struct arena *a, const struct rec *r, const char *words, const char **fault);

/* For notice_words. */
const char *tell_text(struct arena *a, enum lang lang, const struct notice *n);
const char *tell_link(struct arena *a, const struct notice *n);

#endif

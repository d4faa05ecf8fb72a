/* Notices (消息): what somebody has to know, in the inbox of their post. Records say who is told of
 * what (wl_notice; record/tell.h writes it in the step's own transaction); here they are read. */
#ifndef WULIAN_NOTICE_NOTICE_H
#define WULIAN_NOTICE_NOTICE_H

#include "call/call.h"
#include "json/jv.h"

/* One notice as the ledger keeps it. */
struct notice {
    const char *module, *text; /* message "notice.<text>" of the module */
    const char *record, *id;   /* the row that it is about */
    const struct jv *args;     /* texts by name of field */
};

/* What people read, in that language; how values are shown is known to who describes the fields. */
typedef const char *(*notice_writer)(struct arena *a, enum lang lang, const struct notice *n);
/* Where the row is found, "/api/v1/station/requests/<id>"; NULL: no longer. */
typedef const char *(*notice_linker)(struct arena *a, const struct notice *n);
/* Start-up only. */
void notice_words(notice_writer text, notice_linker link);
const char *notice_text(struct arena *a, enum lang lang, const struct notice *n);
const char *notice_link(struct arena *a, const struct notice *n);

extern const struct op notice_ops[];
extern const int notice_nops;

#endif

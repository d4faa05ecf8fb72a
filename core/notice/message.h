/* What goes over the wire: the body of a webhook with its signature, the body of a short message.
 * Neither holds anything but the notice's text, which is of class 0 and 1, and ids. */
#ifndef WULIAN_NOTICE_MESSAGE_H
#define WULIAN_NOTICE_MESSAGE_H

#include <stdbool.h>

#include "base/arena.h"

/* Of a webhook. */
struct message_parts {
    const char *id, *at, *key, *text, *record, *record_id, *href, *div, *account, *post;
    int county;
};
const char *message_body(struct arena *a, const struct message_parts *m);
/* "v1=<hex>": HMAC-SHA256 over "<timestamp>.<body>". */
const char *message_signature(struct arena *a, const char *secret, const char *timestamp,
                              const char *body);

/* Whether the template is a JSON object that has a place for {phone} and one for {text}. */
bool template_valid(struct arena *a, const char *text);
/* The template with both put in, as JSON escapes them: within its strings, whose ends they cannot
 * reach. NULL: longer than is sent. */
const char *template_fill(struct arena *a, const char *text, const char *phone, const char *words);

#endif

/* The framing guard: what libmicrohttpd 0.9.75 lets through and must not reach a handler (two
 * Content-Lengths, length beside chunked, odd transfer encodings, names with spaces, …). A pure
 * function over the headers as received; whatever it refuses is answered before a body byte is read
 * and the connection is closed, so nothing that follows can be taken for a request (RFC 9112
 * §6.3). */
#ifndef WULIAN_HTTP_GUARD_H
#define WULIAN_HTTP_GUARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { GUARD_HEADERS_MAX = 64 };

/* The headers we ever look at; all others are checked for form and forgotten. */
enum head_field {
    HEAD_HOST,
    HEAD_CONTENT_LENGTH,
    HEAD_TRANSFER_ENCODING,
    HEAD_CONTENT_TYPE,
    HEAD_AUTHORIZATION,
    HEAD_COOKIE,
    HEAD_IF_MATCH,
    HEAD_IF_NONE_MATCH,
    HEAD_IDEMPOTENCY_KEY,
    HEAD_X_CSRF,
    HEAD_ORIGIN,
    HEAD_SEC_FETCH_SITE,
    HEAD_PREFER,
    HEAD_UPLOAD_OFFSET,
    HEAD_RANGE,
    HEAD_ACCEPT_LANGUAGE,
    HEAD_ACCEPT_ENCODING,
    HEAD_X_FORWARDED_FOR,
    HEAD_FIELDS
};

struct guard {
    const char *field[HEAD_FIELDS]; /* values as received, NULL when absent; not ours */
    int n;                          /* headers seen */
    int status;                     /* 0 while fine, else the status to answer … */
    const char *code;               /* … with this problem code */
    int64_t length;                 /* of the body; 0 without one */
    bool chunked;                   /* its length is not known */
};

/* Starts with a zeroed struct guard. One header; the first fault found stays. */
void guard_header(struct guard *g, const char *name, size_t name_n, const char *value,
                  size_t value_n);
/* After the last header. `hosts`: allowed Host values without port, space-separated, or "*".
 * True when the request may go on; else status and code say why. */
bool guard_close(struct guard *g, const char *method, const char *hosts);
/* Whether body bytes follow the headers. */
bool guard_has_body(const struct guard *g);
/* POST, PUT and PATCH take a body, every other method none. */
bool guard_method_takes_body(const char *method);

#endif

/* From headers to a call: who asks, in which language, under which conditions. Pure: no socket. */
#ifndef WULIAN_HTTP_REQUEST_H
#define WULIAN_HTTP_REQUEST_H

#include "call/call.h"
#include "http/guard.h"

/* Fills the call from the headers of a guarded request; c->op and c->method are set. False when a
 * problem is set instead.
 *
 * Who asks: "Authorization: Bearer wl1_<county>_<43 characters>", else the same token in the cookie
 * ("__Host-wl" with secure_cookie, else "wl"). A malformed token counts as none. The cookie signs
 * in a method other than GET and HEAD only when the request proves that our own page sent it:
 *   - the header "X-CSRF: 1", which no other site can add without a preflight, that we never grant,
 *   - Sec-Fetch-Site, when present, is same-origin,
 *   - Origin, when present, names the host of the Host header, port included.
 * The cookie itself is SameSite=Strict. Otherwise: 403 csrf_refused.
 *
 * A client's X-Request-Id is not used: the call's id is also the change id of the rows it
 * writes. */
bool request_fill(struct call *c, const struct guard *g, bool secure_cookie);
/* Who calls: the peer, or, where that is one of the proxies (words), the last address that it says
 * it was called from; what is no address is not believed. */
const char *request_address(struct call *c, const struct guard *g, const char *peer,
                            const char *proxies);
/* Checks what is announced about the body before a byte of it is read: present when the operation
 * needs one, at most CALL_BODY_MAX, of a JSON type. False when a problem is set. */
bool request_announced(struct call *c, const struct guard *g);
/* Takes over the complete body (NUL-terminated, outliving the call) and parses it when the
 * operation wants that. False when a problem is set. */
bool request_body(struct call *c, const char *body, size_t n);
/* The language an Accept-Language value asks for, Chinese unless English weighs more. NULL is
 * fine. */
enum lang language_choose(const char *accept);
/* Whether a comma-separated header value of ETags holds this one, or is "*" (weak comparison). */
bool etag_listed(const char *list, const char *etag);
/* Whether a comma-separated header value names the token, not with q=0. */
bool token_accepted(const char *list, const char *token);

#endif

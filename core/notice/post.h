/* One HTTP request to an address that a county named: the only place that includes curl.h. What a
 * county administrator writes down must not become a way into the house, so
 *
 *   - https only; http and addresses that are not public only for a host and port that the
 *     installation's own setting notice.allow names;
 *   - the address is judged where the connection is made, not where the name was looked up, so that
 *     a name that changes its mind (DNS rebinding) gains nothing;
 *   - no redirects, no proxies, no credentials or files of the environment, nothing but HTTP;
 *   - the answer's body is thrown away, and no more of it is read than a page. */
#ifndef WULIAN_NOTICE_POST_H
#define WULIAN_NOTICE_POST_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

struct arena;

struct post_options {
    const char *allow;   /* "127.0.0.1:8080 sms.lan:443": exact hosts with their ports */
    const char *ca_file; /* who is trusted besides the system's own list; "": nobody */
    int timeout_ms;
};

/* Once, before the first thread. */
void post_open(const struct post_options *o);
void post_close(void);
int post_timeout_ms(void);

/* NULL, or the code of what is wrong with the address as it stands: "url_form", "url_https",
 * "url_private". */
const char *post_url_fault(struct arena *a, const char *url);

struct post {
    const char *url, *method;
    const char *const *headers; /* "Name: value", n of them; no line breaks within */
    int nheaders;
    const char *body; /* JSON */
    size_t body_n;
    const atomic_bool *stop; /* the process is asked to end */
};

struct posted {
    int status; /* of the answer; 0: there was none */
    const char
        *reason; /* NULL: 2xx. Else a code: "status", "redirect", "timeout", "refused_address",
                    "unresolved", "unreachable", "tls", "too_large", "url", "stopped" */
};

struct posted post_send(struct arena *a, const struct post *p);

#endif

#include "notice/post.h"

#include <curl/curl.h>

#include <netdb.h>
#include <string.h>
#include <sys/socket.h>

#include "base/arena.h"
#include "base/mem.h"
#include "base/str.h"
#include "notice/address.h"

enum { ANSWER_MAX = 64 * 1024, URL_MAX = 500, CONNECT_PART = 2 };

static struct post_options options;

void post_open(const struct post_options *o)
{
    options = *o;
    curl_global_init(CURL_GLOBAL_DEFAULT);
}

void post_close(void)
{
    curl_global_cleanup();
}

int post_timeout_ms(void)
{
    return options.timeout_ms;
}

/* ---- the address as it stands ---------------------------------------------------------------- */

struct url {
    const char *scheme, *host, *port; /* the port that counts, written or not */
    bool plain;                       /* no user, password or fragment */
};

/* A judgement that lacked memory is none: it ends the process as lack of our own does, for an
 * address must not pass since its password could not be read. */
static bool judged(bool starved, bool yes)
{
    if (starved)
        mem_die("wulian: out of memory");
    return yes;
}

static bool parsed(CURLUcode code)
{
    return judged(code == CURLUE_OUT_OF_MEMORY, code == CURLUE_OK);
}

static const char *part(struct arena *a, CURLU *u, CURLUPart what, unsigned flags)
{
    char *text = NULL;
    const char *out = parsed(curl_url_get(u, what, &text, flags)) ? arena_strdup(a, text) : NULL;

    curl_free(text);
    return out;
}

/* Read by the very parser that connects later, so that both understand the same. */
static bool url_read(struct arena *a, const char *text, struct url *out)
{
    CURLU *u = curl_url();
    bool ok =
        judged(!u, strlen(text) <= URL_MAX) && parsed(curl_url_set(u, CURLUPART_URL, text, 0));

    if (ok)
        *out = (struct url){.scheme = part(a, u, CURLUPART_SCHEME, 0),
                            .host = part(a, u, CURLUPART_HOST, 0),
                            .port = part(a, u, CURLUPART_PORT, CURLU_DEFAULT_PORT),
                            .plain = !part(a, u, CURLUPART_USER, 0) &&
                                     !part(a, u, CURLUPART_PASSWORD, 0) &&
                                     !part(a, u, CURLUPART_FRAGMENT, 0)};
    curl_url_cleanup(u);
    return ok && out->scheme && out->host && out->port;
}

/* Whether the installation itself vouches for this host and port. */
static bool url_allowed(struct arena *a, const struct url *u)
{
    return str_has_word(options.allow, arena_printf(a, "%s:%s", u->host, u->port));
}

/* A host that is written as an address can be judged at once; names are when they are resolved. */
static bool host_private(struct arena *a, const char *host)
{
    struct addrinfo hints = {.ai_flags = AI_NUMERICHOST}, *found = NULL;
    size_t n = strlen(host);
    const char *bare = host[0] == '[' ? arena_strndup(a, host + 1, n - 2) : host;
    int code = getaddrinfo(bare, NULL, &hints, &found);
    bool closed = false;

    if (judged(code == EAI_MEMORY, code == 0)) {
        closed = !address_public(found->ai_addr);
        freeaddrinfo(found);
    }
    return closed || strcmp(host, "localhost") == 0;
}

const char *post_url_fault(struct arena *a, const char *url)
{
    struct url u;

    if (!url_read(a, url, &u) || !u.plain || !str_has_word("http https", u.scheme))
        return "url_form";
    if (url_allowed(a, &u))
        return NULL;
    if (!str_eq(u.scheme, "https"))
        return "url_https";
    return host_private(a, u.host) ? "url_private" : NULL;
}

/* ---- one exchange ---------------------------------------------------------------------------- */

struct exchange {
    const struct post *p;
    bool allowed; /* its host and port are named by the installation */
    bool refused; /* an address was met that is not public */
    size_t read;
};

/* The address here is the one that is connected to. */
static curl_socket_t socket_open(void *arg, curlsocktype purpose, struct curl_sockaddr *to)
{
    struct exchange *x = arg;

    if (purpose != CURLSOCKTYPE_IPCXN || (!x->allowed && !address_public(&to->addr))) {
        x->refused = true;
        return CURL_SOCKET_BAD;
    }
    return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

static size_t answer_drop(char *p, size_t size, size_t n, void *arg)
{
    struct exchange *x = arg;

    (void)p;
    x->read += size * n;
    return x->read <= ANSWER_MAX ? size * n : 0;
}

static int still_wanted(void *arg, curl_off_t dt, curl_off_t d, curl_off_t ut, curl_off_t u)
{
    const struct exchange *x = arg;

    (void)dt, (void)d, (void)ut, (void)u;
    return x->p->stop && atomic_load(x->p->stop);
}

static struct curl_slist *headers_make(const struct post *p)
{
    struct curl_slist *list = curl_slist_append(NULL, "Content-Type: application/json");

    list = curl_slist_append(list, "Expect:");
    for (int i = 0; i < p->nheaders; i++)
        list = curl_slist_append(list, p->headers[i]);
    return list;
}

static void limits_set(CURL *h, struct exchange *x)
{
    const char *protocols = x->allowed ? "http,https" : "https";

    curl_easy_setopt(h, CURLOPT_PROTOCOLS_STR, protocols);
    curl_easy_setopt(h, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(h, CURLOPT_PROXY, "");
    curl_easy_setopt(h, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(h, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    curl_easy_setopt(h, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(h, CURLOPT_TIMEOUT_MS, (long)options.timeout_ms);
    curl_easy_setopt(h, CURLOPT_CONNECTTIMEOUT_MS, (long)options.timeout_ms / CONNECT_PART);
    curl_easy_setopt(h, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(h, CURLOPT_FORBID_REUSE, 1L);
    if (*options.ca_file)
        curl_easy_setopt(h, CURLOPT_CAINFO, options.ca_file);
    curl_easy_setopt(h, CURLOPT_OPENSOCKETFUNCTION, socket_open);
    curl_easy_setopt(h, CURLOPT_OPENSOCKETDATA, x);
    curl_easy_setopt(h, CURLOPT_WRITEFUNCTION, answer_drop);
    curl_easy_setopt(h, CURLOPT_WRITEDATA, x);
    curl_easy_setopt(h, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(h, CURLOPT_XFERINFOFUNCTION, still_wanted);
    curl_easy_setopt(h, CURLOPT_XFERINFODATA, x);
}

/* What libcurl says of an exchange that did not come to its end. */
static const char *failure(CURLcode code, const struct exchange *x)
{
    if (x->refused)
        return "refused_address";
    switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
        return "timeout";
    case CURLE_COULDNT_RESOLVE_HOST:
        return "unresolved";
    case CURLE_ABORTED_BY_CALLBACK:
        return "stopped";
    case CURLE_WRITE_ERROR:
        return "too_large";
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
        return "url";
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
        return "tls";
    default:
        return "unreachable";
    }
}

static struct posted result(CURL *h, CURLcode code, const struct exchange *x)
{
    long status = 0;

    curl_easy_getinfo(h, CURLINFO_RESPONSE_CODE, &status);
    if (code != CURLE_OK)
        return (struct posted){(int)status, failure(code, x)};
    if (status >= 300 && status < 400)
        return (struct posted){(int)status, "redirect"};
    return (struct posted){(int)status, status >= 200 && status < 300 ? NULL : "status"};
}

struct posted post_send(struct arena *a, const struct post *p)
{
    struct exchange x = {.p = p};
    struct posted out = {0, "url"};
    struct curl_slist *headers = NULL;
    struct url u;
    CURL *h = curl_easy_init();

    if (!h || !url_read(a, p->url, &u))
        goto out;
    x.allowed = url_allowed(a, &u);
    headers = headers_make(p);
    limits_set(h, &x);
    curl_easy_setopt(h, CURLOPT_URL, p->url);
    curl_easy_setopt(h, CURLOPT_USERAGENT, "Wulian");
    curl_easy_setopt(h, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(h, CURLOPT_POSTFIELDS, p->body);
    curl_easy_setopt(h, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)p->body_n);
    curl_easy_setopt(h, CURLOPT_CUSTOMREQUEST, p->method);
    out = result(h, curl_easy_perform(h), &x);
out:
    curl_slist_free_all(headers);
    curl_easy_cleanup(h);
    return out;
}

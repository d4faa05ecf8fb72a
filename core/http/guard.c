#include "http/guard.h"

#include <string.h>
#include <strings.h>

#include "base/str.h"

#define FIELD(name, unique) {name, sizeof name - 1, unique}

static const struct {
    const char *name;
    size_t n;
    bool unique; /* twice is refused; else the first counts */
} fields[HEAD_FIELDS] = {
    [HEAD_HOST] = FIELD("host", true),
    [HEAD_CONTENT_LENGTH] = FIELD("content-length", true),
    [HEAD_TRANSFER_ENCODING] = FIELD("transfer-encoding", true),
    [HEAD_CONTENT_TYPE] = FIELD("content-type", true),
    [HEAD_AUTHORIZATION] = FIELD("authorization", true),
    [HEAD_COOKIE] = FIELD("cookie", true),
    [HEAD_IF_MATCH] = FIELD("if-match", true),
    [HEAD_IF_NONE_MATCH] = FIELD("if-none-match", true),
    [HEAD_IDEMPOTENCY_KEY] = FIELD("idempotency-key", true),
    [HEAD_X_CSRF] = FIELD("x-csrf", true),
    [HEAD_ORIGIN] = FIELD("origin", true),
    [HEAD_SEC_FETCH_SITE] = FIELD("sec-fetch-site", true),
    [HEAD_PREFER] = FIELD("prefer", false),
    [HEAD_UPLOAD_OFFSET] = FIELD("upload-offset", true),
    [HEAD_RANGE] = FIELD("range", true),
    [HEAD_ACCEPT_LANGUAGE] = FIELD("accept-language", false),
    [HEAD_ACCEPT_ENCODING] = FIELD("accept-encoding", false),
    [HEAD_X_FORWARDED_FOR] = FIELD("x-forwarded-for", true),
};

static bool refuse(struct guard *g, int status, const char *code)
{
    if (!g->status) {
        g->status = status;
        g->code = code;
    }
    return false;
}

/* A token of RFC 9110 §5.6.2. */
static bool token_valid(const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        char c = s[i];
        bool alnum = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');

        if (!alnum && (c == '\0' || !strchr("!#$%&'*+-.^_`|~", c)))
            return false;
    }
    return n > 0;
}

static bool value_valid(const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (((unsigned char)s[i] < 0x20 && s[i] != '\t') || s[i] == 0x7f)
            return false;
    return true;
}

static int field_of(const char *name, size_t n)
{
    for (int f = 0; f < HEAD_FIELDS; f++)
        if (fields[f].n == n && (name[0] | 0x20) == fields[f].name[0] &&
            strncasecmp(fields[f].name, name, n) == 0)
            return f;
    return HEAD_FIELDS;
}

void guard_header(struct guard *g, const char *name, size_t name_n, const char *value,
                  size_t value_n)
{
    int f;

    if (++g->n > GUARD_HEADERS_MAX) {
        refuse(g, 431, "too_many_headers");
        return;
    }
    if (!token_valid(name, name_n)) {
        refuse(g, 400, "bad_header_name");
        return;
    }
    if (!value_valid(value, value_n)) {
        refuse(g, 400, "bad_header_value");
        return;
    }
    f = field_of(name, name_n);
    if (f == HEAD_FIELDS)
        return;
    if (g->field[f] && fields[f].unique)
        refuse(g, 400, "duplicate_header");
    else if (!g->field[f])
        g->field[f] = value;
}

/* Length of the host part of a Host value; 0 when the value is malformed (RFC 9112 §3.2). */
static size_t host_length(const char *host)
{
    bool bracket = host[0] == '[';
    size_t n = bracket ? strcspn(host, "]") : strcspn(host, ":");
    const char *port;

    if (bracket)
        n += host[n] == ']';
    port = host + n;
    if (*port == ':' && strspn(port + 1, "0123456789") > 5)
        return 0;
    if (*port && (*port != ':' || port[1 + strspn(port + 1, "0123456789")] != '\0'))
        return 0;
    return n;
}

static bool host_allowed(const char *host, const char *hosts)
{
    size_t n = host_length(host);
    const char *word;
    size_t len;

    for (size_t i = 0; i < n; i++)
        if (!token_valid(host + i, 1) && !strchr("[]:", host[i]))
            return false;
    if (n && strcmp(hosts, "*") == 0)
        return true;
    while (n && (word = str_word_next(&hosts, &len)))
        if (len == n && strncasecmp(word, host, n) == 0)
            return true;
    return false;
}

static bool length_read(struct guard *g)
{
    const char *s = g->field[HEAD_CONTENT_LENGTH];

    if (s && (s[0] < '0' || s[0] > '9' || !str_int64(s, &g->length)))
        return refuse(g, 400, "bad_content_length");
    return true;
}

static bool encoding_read(struct guard *g)
{
    const char *s = g->field[HEAD_TRANSFER_ENCODING];

    if (!s)
        return true;
    if (g->field[HEAD_CONTENT_LENGTH])
        return refuse(g, 400, "length_and_encoding");
    if (strcasecmp(s, "chunked") != 0)
        return refuse(g, 400, "bad_transfer_encoding");
    g->chunked = true;
    return true;
}

static bool method_valid(const char *method)
{
    size_t n = strlen(method);

    return n <= 16 && token_valid(method, n);
}

bool guard_close(struct guard *g, const char *method, const char *hosts)
{
    if (g->status)
        return false;
    if (!method_valid(method))
        return refuse(g, 400, "bad_method");
    if (!g->field[HEAD_HOST] || !host_allowed(g->field[HEAD_HOST], hosts))
        return refuse(g, 400, "bad_host");
    if (!length_read(g) || !encoding_read(g))
        return false;
    if (guard_has_body(g) && !guard_method_takes_body(method))
        return refuse(g, 400, "body_not_allowed");
    return true;
}

bool guard_has_body(const struct guard *g)
{
    return g->length > 0 || g->chunked;
}

bool guard_method_takes_body(const char *method)
{
    return str_has_word("POST PUT PATCH", method);
}

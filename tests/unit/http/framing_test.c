/* Framing: every row of what libmicrohttpd 0.9.75 lets through, and what else a request line or
 * head can do to us. Each case is sent whole; a smuggled second request must never start a call. */
#include "http/rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define HOST "Host: a.example\r\n"
#define JSON "Content-Type: application/json\r\n"
#define SMUGGLED "GET /echo?q=smuggled HTTP/1.1\r\nHost: a.example\r\n\r\n"

/* Is the connection good for another request? ENDED: libmicrohttpd itself answered, and sends more
 * than its Content-Length says (the header twice) before it closes. */
enum after { OPEN, CLOSED, ENDED };

static const struct frame {
    const char *text;
    int status;       /* 0: closed without an answer */
    enum after after;
    int started;      /* calls that reached the backend */
    const char *code; /* of the problem; NULL when libmicrohttpd itself answers */
} frames[] = {
    /* plain ones, so that the others fail for their own reason */
    {"GET /echo HTTP/1.1\r\n" HOST "\r\n", 200, OPEN, 1, NULL},
    {"POST /echo HTTP/1.1\r\n" HOST JSON "Content-Length: 2\r\n\r\n{}", 201, OPEN, 1, NULL},
    {"POST /echo HTTP/1.1\r\n" HOST JSON "Transfer-Encoding: chunked\r\n\r\n"
     "2\r\n{}\r\n0\r\n\r\n",
     201, OPEN, 1, NULL},
    {"GET /echo HTTP/1.0\r\n" HOST "\r\n", 200, CLOSED, 1, NULL},

    /* two lengths */
    {"POST /echo HTTP/1.1\r\n" HOST JSON "Content-Length: 2\r\nContent-Length: 51\r\n\r\n"
     "{}" SMUGGLED,
     400, CLOSED, 0, "duplicate_header"},
    {"POST /echo HTTP/1.1\r\n" HOST JSON "Content-Length: 51\r\nContent-Length: 2\r\n\r\n"
     "{}" SMUGGLED,
     400, CLOSED, 0, "duplicate_header"},
    {"POST /echo HTTP/1.1\r\n" HOST JSON "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}", 400,
     CLOSED, 0, "duplicate_header"},
    {"GET /echo HTTP/1.1\r\n" HOST "Content-Length: 0\r\nContent-Length: 51\r\n\r\n" SMUGGLED,
     400, CLOSED, 0, "duplicate_header"},

    /* length beside chunked */
    {"POST /echo HTTP/1.1\r\n" HOST JSON
     "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" SMUGGLED,
     400, CLOSED, 0, "length_and_encoding"},
    {"POST /echo HTTP/1.1\r\n" HOST JSON
     "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n" SMUGGLED,
     400, CLOSED, 0, "length_and_encoding"},

    /* other transfer encodings */
    {"POST /echo HTTP/1.1\r\n" HOST JSON "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" SMUGGLED,
     400, CLOSED, 0, "bad_transfer_encoding"},
    {"POST /echo HTTP/1.1\r\n" HOST JSON
     "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n" SMUGGLED,
     400, CLOSED, 0, "bad_transfer_encoding"},
    {"POST /echo HTTP/1.1\r\n" HOST JSON
     "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n" SMUGGLED,
     400, CLOSED, 0, "duplicate_header"},
    {"POST /echo HTTP/1.1\r\n" HOST JSON "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" SMUGGLED,
     400, CLOSED, 0, "bad_header_name"},
    {"POST /echo HTTP/1.1\r\n" HOST JSON
     "Transfer-Encoding:\x0b"
     "chunked\r\n\r\n0\r\n\r\n" SMUGGLED,
     400, CLOSED, 0, "bad_header_value"},

    /* host */
    {"GET /echo HTTP/1.1\r\n\r\n", 400, CLOSED, 0, "bad_host"},
    {"GET /echo HTTP/1.0\r\n\r\n", 400, CLOSED, 0, "bad_host"},
    {"GET /echo HTTP/1.1\r\n" HOST HOST "\r\n", 400, CLOSED, 0, "duplicate_header"},
    {"GET /echo HTTP/1.1\r\n" HOST "Host: b.example\r\n\r\n", 400, CLOSED, 0,
     "duplicate_header"},
    {"GET /echo HTTP/1.1\r\nHost: b.example\r\n\r\n", 400, CLOSED, 0, "bad_host"},
    {"GET /echo HTTP/1.1\r\nHost: a.example@b.example\r\n\r\n", 400, CLOSED, 0, "bad_host"},
    {"GET /echo HTTP/1.1\r\nHost: 127.0.0.1:8431\r\n\r\n", 200, OPEN, 1, NULL},

    /* folded line: the library glues it into the name, where the space is no token */
    {"GET /echo HTTP/1.1\r\n" HOST "X-A: 1\r\n cont: 2\r\n\r\n", 400, CLOSED, 0,
     "bad_header_name"},
    {"GET /echo HTTP/1.1\r\n" HOST "X-A: 1\r\n folded, value\r\n\r\n", 400, CLOSED, 0,
     "bad_header_name"},
    {"GET /echo HTTP/1.1\r\nX-A: 1\r\n Host: a.example\r\n\r\n", 400, CLOSED, 0,
     "bad_header_name"},
    {"POST /echo HTTP/1.1\r\n" HOST JSON
     "Content-Length: 51\r\nX-A: 1\r\n Content-Length: 2\r\n\r\n{}" SMUGGLED,
     400, CLOSED, 0, "bad_header_name"},

    /* names and values */
    {"GET /echo HTTP/1.1\r\n" HOST "X A: 1\r\n\r\n", 400, CLOSED, 0, "bad_header_name"},
    {"GET /echo HTTP/1.1\r\n" HOST "X-\xe4\xba\x94: 1\r\n\r\n", 400, CLOSED, 0,
     "bad_header_name"},
    {"GET /echo HTTP/1.1\r\n" HOST "X-A: a\x01z\r\n\r\n", 400, CLOSED, 0, "bad_header_value"},
    {"GET /echo HTTP/1.1\r\n" HOST "Authorization: Bearer a\r\nAuthorization: Bearer b\r\n\r\n",
     400, CLOSED, 0, "duplicate_header"},
    {"GET /echo HTTP/1.1\r\n" HOST "If-Match: a\r\nif-match: b\r\n\r\n", 400, CLOSED, 0,
     "duplicate_header"},
    {"GET /echo HTTP/1.1\r\n" HOST "Cookie: wl=a\r\nCookie: wl=b\r\n\r\n", 400, CLOSED, 0,
     "duplicate_header"},

    /* odd lengths */
    {"POST /echo HTTP/1.1\r\n" HOST JSON "Content-Length: +2\r\n\r\n{}" SMUGGLED, 400, ENDED, 0,
     NULL},
    {"POST /echo HTTP/1.1\r\n" HOST JSON "Content-Length: -2\r\n\r\n{}" SMUGGLED, 400, ENDED, 0,
     NULL},
    {"POST /echo HTTP/1.1\r\n" HOST JSON "Content-Length: 2, 2\r\n\r\n{}" SMUGGLED, 400, ENDED,
     0, NULL},
    {"POST /echo HTTP/1.1\r\n" HOST JSON "Content-Length: 0x2\r\n\r\n{}" SMUGGLED, 400, ENDED, 0,
     NULL},
    {"POST /echo HTTP/1.1\r\n" HOST JSON "Content-Length: 100000000000000000000\r\n\r\n{}", 413,
     ENDED, 0, NULL},
    {"POST /echo HTTP/1.1\r\n" HOST JSON "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
     400, CLOSED, 0, NULL},
    {"POST /echo HTTP/1.1\r\n" HOST JSON
     "Transfer-Encoding: chunked\r\n\r\n-2\r\n{}\r\n0\r\n\r\n" SMUGGLED,
     400, CLOSED, 0, NULL},

    /* a body where none belongs */
    {"GET /echo HTTP/1.1\r\n" HOST "Content-Length: 51\r\n\r\n" SMUGGLED, 400, CLOSED, 0,
     "body_not_allowed"},
    {"DELETE /things/7 HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" SMUGGLED,
     400, CLOSED, 0, "body_not_allowed"},

    /* request line */
    {"GET /echo HTTP/1.1 HTTP/1.1\r\n" HOST "\r\n", 400, OPEN, 0, "bad_path"},
    {"GET /echo x HTTP/1.1\r\n" HOST "\r\n", 400, OPEN, 0, "bad_path"},
    {"GET /echo HTTP/9.9\r\n" HOST "\r\n", 505, CLOSED, 0, NULL},
    {"GET http://a.example/echo HTTP/1.1\r\n" HOST "\r\n", 400, OPEN, 0, "bad_path"},
    {"OPTIONS * HTTP/1.1\r\n" HOST "\r\n", 400, OPEN, 0, "bad_path"},
    {"CONNECT a.example:443 HTTP/1.1\r\n" HOST "\r\n", 400, OPEN, 0, "bad_path"},
    {"GET /%65cho HTTP/1.1\r\n" HOST "\r\n", 200, OPEN, 1, NULL},
    {"GET /echo%00 HTTP/1.1\r\n" HOST "\r\n", 400, OPEN, 0, "bad_path"},
    {"GET /api%2f..%2fecho HTTP/1.1\r\n" HOST "\r\n", 400, OPEN, 0, "bad_path"},
    {"GET /a/../echo HTTP/1.1\r\n" HOST "\r\n", 400, OPEN, 0, "bad_path"},
    {"GET /a/%2e%2e/echo HTTP/1.1\r\n" HOST "\r\n", 400, OPEN, 0, "bad_path"},
    {"GET /a%5cecho HTTP/1.1\r\n" HOST "\r\n", 400, OPEN, 0, "bad_path"},
    {"GET /things/%ff%fe HTTP/1.1\r\n" HOST "\r\n", 400, OPEN, 0, "bad_path"},
    {"GET /echo?q=%ff HTTP/1.1\r\n" HOST "\r\n", 400, OPEN, 0, "bad_query"},
    {"GET /echo?q=1&q=2 HTTP/1.1\r\n" HOST "\r\n", 400, OPEN, 0, "duplicate_parameter"},
    {"get /echo HTTP/1.1\r\n" HOST "\r\n", 405, OPEN, 0, "method_not_allowed"},
    {"TRACE /echo HTTP/1.1\r\n" HOST "\r\n", 405, OPEN, 0, "method_not_allowed"},
};

/* What is wrong with the answer; NULL: nothing. */
static const char *fault(struct rig *r, int fd, const struct frame *f)
{
    int started = r->started;
    struct rig_answer a = rig_ask(r, fd, f->text);
    static char text[512];
    char code[64];

    snprintf(code, sizeof code, "\"code\":\"%s\"", f->code ? f->code : "");
    if (a.status != f->status)
        snprintf(text, sizeof text, "want %d, got %d %s", f->status, a.status, a.body);
    else if (f->code && !strstr(a.body, code))
        snprintf(text, sizeof text, "want %s, got %s", code, a.body);
    else if (f->after == CLOSED && !rig_closed(r, fd))
        snprintf(text, sizeof text, "still open");
    else if (f->after == ENDED && !rig_ended(r, fd))
        snprintf(text, sizeof text, "still open");
    else if (r->started - started != f->started)
        snprintf(text, sizeof text, "%d calls", r->started - started);
    else if (f->after == OPEN &&
             rig_ask(r, fd, "GET /echo HTTP/1.1\r\n" HOST "\r\n").status != 200)
        snprintf(text, sizeof text, "no longer open");
    else
        return NULL;
    return text;
}

static void test_frames(void **state)
{
    struct rig_options o = {0};
    struct rig r;
    int faults = 0;

    (void)state;
    rig_start(&r, &o);
    for (size_t i = 0; i < sizeof frames / sizeof *frames; i++) {
        int fd = rig_connect(&r);
        const char *text = fault(&r, fd, &frames[i]);

        if (text)
            print_error("--- %s\n--- %s\n\n", frames[i].text, text);
        faults += text != NULL;
        close(fd);
    }
    rig_stop(&r);
    assert_int_equal(faults, 0);
}

/* The value is cut at the NUL and nobody can see it; what counts is that it frames nothing. */
static void test_nul_in_value(void **state)
{
    static const char text[] = "POST /echo HTTP/1.1\r\n" HOST JSON
                               "X-A: 1\0Transfer-Encoding: chunked\r\n"
                               "Content-Length: 2\r\n\r\n{}";
    struct rig_options o = {0};
    struct rig r;
    int fd;

    (void)state;
    rig_start(&r, &o);
    fd = rig_connect(&r);
    rig_send(&r, fd, text, sizeof text - 1);
    assert_int_equal(rig_receive(&r, fd, "POST").status, 201);
    assert_int_equal(r.started, 1);
    close(fd);
    rig_stop(&r);
}

static struct rig_answer headers_sent(struct rig *r, int n, size_t value_n)
{
    static char text[65536];
    static char value[48000];
    int fd = rig_connect(r);
    struct rig_answer a;

    memset(value, 'v', value_n);
    value[value_n] = '\0';
    snprintf(text, sizeof text, "GET /echo HTTP/1.1\r\n" HOST);
    for (int i = 0; i < n; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "X-%d: %s\r\n", i, value);
    snprintf(text + strlen(text), sizeof text - strlen(text), "\r\n");
    a = rig_ask(r, fd, text);
    close(fd);
    return a;
}

static void test_sizes(void **state)
{
    struct rig_options o = {0};
    struct rig r;

    (void)state;
    rig_start(&r, &o);
    assert_int_equal(headers_sent(&r, 1, 40000).status, 431);
    assert_int_equal(headers_sent(&r, 63, 1).status, 200);
    assert_int_equal(headers_sent(&r, 64, 1).status, 431);
    assert_int_equal(headers_sent(&r, 400, 1).status, 431);
    assert_int_equal(headers_sent(&r, 1, 4000).status, 200);
    assert_int_equal(r.started, 2);
    rig_stop(&r);
}

/* Lines that end in a bare LF are taken by the library; they must not change what is one
 * request. */
static void test_bare_lf(void **state)
{
    struct rig_options o = {0};
    struct rig r;
    int fd;

    (void)state;
    rig_start(&r, &o);
    fd = rig_connect(&r);
    assert_int_equal(rig_ask(&r, fd, "GET /echo HTTP/1.1\nHost: a.example\n\n").status, 200);
    assert_int_equal(r.started, 1);
    close(fd);
    rig_stop(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_frames),
        cmocka_unit_test(test_nul_in_value),
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_bare_lf),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

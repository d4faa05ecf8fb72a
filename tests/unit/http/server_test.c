#include "http/rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define HOST "Host: a.example\r\n"
#define GET(path) "GET " path " HTTP/1.1\r\n" HOST "\r\n"
#define POST(headers, n, body)                                                                    \
    "POST /echo HTTP/1.1\r\n" HOST headers "Content-Length: " n "\r\n\r\n" body
#define JSON "Content-Type: application/json\r\n"

static struct rig rig;

static int setup(void **state)
{
    struct rig_options o = {0};

    (void)state;
    rig_start(&rig, &o);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    rig_run(&rig, 20);
    assert_int_equal(rig.started, rig.finished);
    assert_int_equal(http_server_busy(rig.server), 0);
    rig_stop(&rig);
    return 0;
}

static void assert_header(const struct rig_answer *a, const char *name, const char *want)
{
    char got[512];

    if (rig_header(a, name, got, sizeof got) != (want != NULL) || strcmp(got, want ? want : ""))
        fail_msg("%s: want %s, got %s in\n%s", name, want ? want : "none", got, a->head);
}

static void assert_body(const struct rig_answer *a, const char *part)
{
    if (!strstr(a->body, part))
        fail_msg("%s is not in %s", part, a->body);
}

/* --- answers --------------------------------------------------------------------------------- */

static void assert_safe(const struct rig_answer *a)
{
    assert_header(a, "X-Content-Type-Options", "nosniff");
    assert_header(a, "Referrer-Policy", "no-referrer");
    assert_header(a, "Cross-Origin-Opener-Policy", "same-origin");
    assert_header(a, "Cross-Origin-Resource-Policy", "same-origin");
    assert_header(a, "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
    assert_header(a, "Cache-Control", "no-store");
    assert_header(a, "Strict-Transport-Security", NULL);
}

/* One row: what is asked, what comes, on one connection that stays open for all. */
static void test_statuses(void **state)
{
    static const struct {
        const char *text;
        int status;
        const char *part; /* of the body */
    } cases[] = {
        {GET("/healthz"), 200, "{\"status\":\"ok\",\"quarantined\":[]}"},
        {GET("/echo?q=%E5%BC%A0"), 200, "\"q\":\"张\""},
        {GET("/things/a%20b"), 200, "\"arg\":\"a b\""},
        {GET("/nowhere"), 404, "\"code\":\"not_found\""},
        {"DELETE /echo HTTP/1.1\r\n" HOST "\r\n", 405, "\"code\":\"method_not_allowed\""},
        {GET("/nothing"), 500, "\"code\":\"internal\""},
        {GET("/over"), 500, "\"code\":\"reply_too_large\""},
        {POST(JSON, "12", "{\"name\":\"z\"}"), 201, "\"name\":\"z\""},
        {POST(JSON, "2", "[]"), 400, "\"code\":\"body_not_object\""},
        {POST(JSON, "7", "{\"a\":1,"), 400, "\"code\":\"bad_json\""},
        {POST(JSON, "13", "{\"a\":1,\"a\":2}"), 400, "\"code\":\"bad_json\""},
        {POST(JSON, "0", ""), 400, "\"code\":\"body_required\""},
        {"POST /echo HTTP/1.1\r\n" HOST JSON "\r\n", 400, "\"code\":\"body_required\""},
        {"DELETE /things/7 HTTP/1.1\r\n" HOST "\r\n", 200, "\"method\":\"DELETE\""},
        {"PUT /raw HTTP/1.1\r\n" HOST "Content-Type: text/csv\r\nContent-Length: 3\r\n\r\na,b",
         200, "\"bytes\":3"},
        {"POST /echo HTTP/1.1\r\n" HOST "Content-Type: application/json; charset=utf-8\r\n"
         "Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1\r\n}\r\n0\r\n\r\n",
         201, "\"bytes\":2"},
        {"GET /echo HTTP/1.1\r\n" HOST "Idempotency-Key: a b\r\n\r\n", 400,
         "\"code\":\"bad_idempotency_key\""},
    };
    int fd = rig_connect(&rig);

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rig_answer a = rig_ask(&rig, fd, cases[i].text);

        if (a.status != cases[i].status || !strstr(a.body, cases[i].part))
            fail_msg("%s: got %d %s", cases[i].text, a.status, a.body);
        assert_safe(&a);
        assert_header(&a, "Content-Type",
                      a.status < 400 ? "application/json" : "application/problem+json");
    }
    close(fd);
}

static void test_bad_json_says_where(void **state)
{
    int fd = rig_connect(&rig);
    struct rig_answer a = rig_ask(
        &rig, fd, POST(JSON "Accept-Language: en\r\n", "14", "{\"a\": 1,\n  b}\n"));

    (void)state;
    assert_int_equal(a.status, 400);
    assert_body(&a, "\"code\":\"bad_json\"");
    assert_body(&a, "\"detail\":\"");
    close(fd);
}

static void test_request_id(void **state)
{
    int fd = rig_connect(&rig);
    struct rig_answer a = rig_ask(
        &rig, fd, "GET /nowhere HTTP/1.1\r\n" HOST "X-Request-Id: mine\r\n\r\n");
    char id[64];
    char in_body[128];

    (void)state;
    assert_true(rig_header(&a, "X-Request-Id", id, sizeof id));
    assert_int_equal(strlen(id), 36);
    snprintf(in_body, sizeof in_body, "\"request_id\":\"%s\"", id);
    assert_body(&a, in_body);
    close(fd);
}

static void test_methods(void **state)
{
    int fd = rig_connect(&rig);
    struct rig_answer a = rig_ask(&rig, fd, "HEAD /echo HTTP/1.1\r\n" HOST "\r\n");
    char length[32];

    (void)state;
    assert_int_equal(a.status, 200);
    assert_int_equal(a.body_n, 0);
    assert_true(rig_header(&a, "Content-Length", length, sizeof length));
    assert_string_not_equal(length, "0");
    a = rig_ask(&rig, fd, "OPTIONS /things/7 HTTP/1.1\r\n" HOST "\r\n");
    assert_int_equal(a.status, 204);
    assert_header(&a, "Allow", "GET, HEAD, PATCH, DELETE, OPTIONS");
    assert_header(&a, "Access-Control-Allow-Origin", NULL);
    a = rig_ask(&rig, fd, "PUT /things/7 HTTP/1.1\r\n" HOST "\r\n");
    assert_int_equal(a.status, 405);
    assert_header(&a, "Allow", "GET, HEAD, PATCH, DELETE, OPTIONS");
    assert_int_equal(rig_ask(&rig, fd, GET("/echo")).status, 200);
    close(fd);
}

static void test_etag(void **state)
{
    int fd = rig_connect(&rig);
    struct rig_answer a = rig_ask(&rig, fd, GET("/tagged"));
    static const char *const known[] = {"\"v7.ab\"", "W/\"v7.ab\"", "\"x\", \"v7.ab\"", "*"};
    char text[256];

    (void)state;
    assert_int_equal(a.status, 200);
    assert_header(&a, "ETag", "\"v7.ab\"");
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        snprintf(text, sizeof text, "GET /tagged HTTP/1.1\r\n" HOST "If-None-Match: %s\r\n\r\n",
                 known[i]);
        a = rig_ask(&rig, fd, text);
        assert_int_equal(a.status, 304);
        assert_int_equal(a.body_n, 0);
        assert_header(&a, "ETag", "\"v7.ab\"");
    }
    a = rig_ask(&rig, fd, "GET /tagged HTTP/1.1\r\n" HOST "If-None-Match: \"v7.a\"\r\n\r\n");
    assert_int_equal(a.status, 200);
    close(fd);
}

static void test_dressed(void **state)
{
    int fd = rig_connect(&rig);
    struct rig_answer a = rig_ask(&rig, fd, GET("/dressed"));

    (void)state;
    assert_header(&a, "Content-Disposition",
                  "attachment; filename*=UTF-8''%E6%9C%88%E6%8A%A5%201.xlsx");
    assert_header(&a, "Set-Cookie", "wl=token; Path=/; HttpOnly; SameSite=Strict");
    assert_header(&a, "Location", "/things/7");
    close(fd);
}

/* --- connections ----------------------------------------------------------------------------- */

static void test_pipelined_in_order(void **state)
{
    enum { N = 50 };
    static char text[N * 128];
    char want[32];
    int fd = rig_connect(&rig);

    (void)state;
    text[0] = '\0';
    for (int i = 0; i < N; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text),
                 "GET /%s?q=%d HTTP/1.1\r\n" HOST "\r\n",
                 i % 7 == 0 ? "later/5" : i % 5 == 0 ? "healthz" : "echo", i);
    rig_send(&rig, fd, text, strlen(text));
    for (int i = 0; i < N; i++) {
        struct rig_answer a = rig_receive(&rig, fd, "GET");

        assert_int_equal(a.status, 200);
        snprintf(want, sizeof want, "\"q\":\"%d\"", i);
        if (i % 5 || i % 7 == 0)
            assert_body(&a, want);
    }
    close(fd);
}

static void test_later_does_not_block(void **state)
{
    int slow = rig_connect(&rig);
    int quick = rig_connect(&rig);
    const char *text = GET("/later/300");

    (void)state;
    rig_send(&rig, slow, text, strlen(text));
    rig_run(&rig, 20);
    assert_int_equal(http_server_busy(rig.server), 1);
    assert_int_equal(rig_ask(&rig, quick, GET("/echo")).status, 200);
    assert_int_equal(rig.finished, 1);
    assert_int_equal(rig_receive(&rig, slow, "GET").status, 200);
    assert_int_equal(rig_ask(&rig, slow, GET("/echo")).status, 200);
    close(slow);
    close(quick);
}

static void run_until_finished(int n)
{
    for (int i = 0; i < 500 && rig.finished < n; i++)
        rig_turn(&rig, 10);
    assert_int_equal(rig.finished, n);
}

static void test_client_gone_while_suspended(void **state)
{
    int fd = rig_connect(&rig);
    const char *text = GET("/hold");

    (void)state;
    rig_send(&rig, fd, text, strlen(text));
    for (int i = 0; i < 500 && rig.started == 0; i++)
        rig_turn(&rig, 10);
    close(fd);
    run_until_finished(1);
    assert_int_equal(rig.cancelled, 1);
    rig_run(&rig, 50);
    assert_int_equal(http_server_connections(rig.server), 0);
}

static void test_client_reset_while_suspended(void **state)
{
    struct linger now = {1, 0};
    int fd = rig_connect(&rig);
    const char *text = GET("/hold");

    (void)state;
    rig_send(&rig, fd, text, strlen(text));
    for (int i = 0; i < 500 && rig.started == 0; i++)
        rig_turn(&rig, 10);
    assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now), 0);
    close(fd);
    run_until_finished(1);
    assert_int_equal(rig.cancelled, 1);
}

/* Gone before its request was even read: started, and cancelled at once. */
static void test_client_gone_at_once(void **state)
{
    const char *text = GET("/hold");

    (void)state;
    for (int i = 0; i < 20; i++) {
        int fd = rig_connect(&rig);

        rig_send(&rig, fd, text, strlen(text));
        close(fd);
    }
    run_until_finished(20);
    assert_int_equal(rig.cancelled, 20);
    rig_run(&rig, 50);
    assert_int_equal(http_server_connections(rig.server), 0);
}

/* A client that closed only its sending side still reads. */
static void test_half_closed(void **state)
{
    int fd = rig_connect(&rig);
    const char *text = GET("/healthz");

    (void)state;
    rig_send(&rig, fd, text, strlen(text));
    shutdown(fd, SHUT_WR);
    assert_int_not_equal(rig_receive(&rig, fd, "GET").status, 0);
    assert_true(rig_closed(&rig, fd));
    close(fd);
}

static void test_big_reply(void **state)
{
    int fd = rig_connect(&rig);

    (void)state;
    for (int i = 0; i < 3; i++) {
        struct rig_answer a = rig_ask(&rig, fd, GET("/big"));

        assert_int_equal(a.status, 200);
        assert_int_equal(a.body_n, 1 + 1000 * 1003);
        assert_int_equal(a.body[a.body_n - 1], ']');
    }
    close(fd);
}

static void test_connection_limit(void **state)
{
    struct rig_options o = {.connections = 4};
    struct rig small;
    int fd[6];

    (void)state;
    rig_start(&small, &o);
    for (int i = 0; i < 6; i++)
        fd[i] = rig_connect(&small);
    for (int i = 0; i < 4; i++)
        assert_int_equal(rig_ask(&small, fd[i], GET("/echo")).status, 200);
    assert_int_equal(http_server_connections(small.server), 4);
    rig_send(&small, fd[4], GET("/echo"), strlen(GET("/echo")));
    rig_run(&small, 150);
    assert_int_equal(small.started, 4);
    close(fd[0]);
    close(fd[1]);
    assert_int_equal(rig_receive(&small, fd[4], "GET").status, 200);
    assert_int_equal(rig_ask(&small, fd[5], GET("/echo")).status, 200);
    for (int i = 2; i < 6; i++)
        close(fd[i]);
    rig_stop(&small);
}

/* --- bodies ---------------------------------------------------------------------------------- */

/* The answer is there although not one byte of the body is. */
static void test_refused_before_the_body(void **state)
{
    static const struct {
        const char *text;
        int status;
    } cases[] = {
        {"POST /echo HTTP/1.1\r\n" HOST JSON "Content-Length: 1048577\r\n\r\n", 413},
        {"PATCH /things/7 HTTP/1.1\r\n" HOST JSON "Content-Length: 1048577\r\n\r\n", 413},
        {"PUT /raw HTTP/1.1\r\n" HOST "Content-Length: 99999999999\r\n\r\n", 413},
        {"POST /echo HTTP/1.1\r\n" HOST "Content-Type: text/plain\r\nContent-Length: 5\r\n\r\n",
         415},
        {"POST /echo HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\n", 415},
        {"POST /echo HTTP/1.1\r\n" HOST "Content-Type: application/jsonx\r\n"
         "Transfer-Encoding: chunked\r\n\r\n",
         415},
        {"POST /echo HTTP/1.1\r\n" HOST "Content-Type: application/merge-patch+json\r\n"
         "Content-Length: 5\r\n\r\n",
         415},
        {"POST /nowhere HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\n", 404},
        {"PUT /echo HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\n", 405},
        {"PATCH /echo/../x HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\n", 400},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int fd = rig_connect(&rig);
        struct rig_answer a = rig_ask(&rig, fd, cases[i].text);

        if (a.status != cases[i].status)
            fail_msg("%s: got %d", cases[i].text, a.status);
        assert_header(&a, "Connection", "close");
        assert_header(&a, "Content-Type", "application/problem+json");
        assert_true(rig_closed(&rig, fd));
        close(fd);
    }
    assert_int_equal(rig.started, 0);
}

/* Sends n spaces; how many the server took. */
static size_t send_filled(int fd, size_t n)
{
    static char space[1 << 16];
    size_t sent = 0;
    size_t took = 1;

    memset(space, ' ', sizeof space);
    while (sent < n && took > 0) {
        size_t part = n - sent < sizeof space ? n - sent : sizeof space;

        took = rig_send(&rig, fd, space, part);
        sent += took;
    }
    return sent;
}

/* The client sends on and on before it looks: it still finds the answer, not a reset. */
static void test_refused_while_sending(void **state)
{
    const char *head = "PUT /raw HTTP/1.1\r\n" HOST "Content-Length: 8388608\r\n\r\n";
    int fd = rig_connect(&rig);
    struct rig_answer a;
    char c;

    (void)state;
    rig_send(&rig, fd, head, strlen(head));
    rig_run(&rig, 20);
    assert_int_equal(send_filled(fd, 8 << 20), 8 << 20);
    a = rig_receive(&rig, fd, "PUT");
    assert_int_equal(a.status, 413);
    rig_run(&rig, 20);
    assert_int_equal(recv(fd, &c, 1, 0), 0);
    assert_int_equal(http_server_connections(rig.server), 1);
    close(fd);
    rig_run(&rig, 50);
    assert_int_equal(http_server_connections(rig.server), 0);
}

/* … but not for ever. */
static void test_refused_without_end(void **state)
{
    const char *head = "PUT /raw HTTP/1.1\r\n" HOST "Content-Length: 99999999999\r\n\r\n";
    int fd = rig_connect(&rig);

    (void)state;
    rig_send(&rig, fd, head, strlen(head));
    rig_run(&rig, 20);
    assert_true(send_filled(fd, 64 << 20) < 64 << 20);
    rig_run(&rig, 50);
    assert_int_equal(http_server_connections(rig.server), 0);
    close(fd);
}

static void test_merge_patch(void **state)
{
    int fd = rig_connect(&rig);
    struct rig_answer a = rig_ask(
        &rig, fd,
        "PATCH /things/7 HTTP/1.1\r\n" HOST "Content-Type: application/merge-patch+json\r\n"
        "If-Match: \"v7.ab\"\r\nPrefer: tx=rollback\r\nContent-Length: 14\r\n\r\n"
        "{\"name\":\"neu\"}");

    (void)state;
    assert_int_equal(a.status, 200);
    assert_body(&a, "\"name\":\"neu\"");
    assert_body(&a, "\"if_match\":\"\\\"v7.ab\\\"\"");
    assert_body(&a, "\"dry_run\":true");
    close(fd);
}

static void test_largest_body(void **state)
{
    const char *head = "POST /echo HTTP/1.1\r\n" HOST JSON "Content-Length: 1048576\r\n\r\n{}";
    int fd = rig_connect(&rig);
    struct rig_answer a;

    (void)state;
    rig_send(&rig, fd, head, strlen(head));
    send_filled(fd, (1 << 20) - 2);
    a = rig_receive(&rig, fd, "POST");
    assert_int_equal(a.status, 201);
    assert_body(&a, "\"bytes\":1048576");
    close(fd);
}

/* Without an announced length the refusal comes when the end does; the connection lives on. */
static void test_chunked_too_large(void **state)
{
    const char *head = "POST /echo HTTP/1.1\r\n" HOST JSON
                       "Transfer-Encoding: chunked\r\n\r\n100001\r\n";
    int fd = rig_connect(&rig);
    struct rig_answer a;

    (void)state;
    rig_send(&rig, fd, head, strlen(head));
    send_filled(fd, 0x100001);
    rig_send(&rig, fd, "\r\n0\r\n\r\n", 7);
    a = rig_receive(&rig, fd, "POST");
    assert_int_equal(a.status, 413);
    assert_int_equal(rig.started, 0);
    assert_int_equal(rig_ask(&rig, fd, GET("/echo")).status, 200);
    close(fd);
}

static void test_chunked_without_end(void **state)
{
    const char *head = "POST /echo HTTP/1.1\r\n" HOST JSON
                       "Transfer-Encoding: chunked\r\n\r\n1000000\r\n";
    int fd = rig_connect(&rig);

    (void)state;
    rig_send(&rig, fd, head, strlen(head));
    send_filled(fd, 8 << 20);
    assert_true(rig_closed(&rig, fd));
    close(fd);
}

static void test_expect_continue(void **state)
{
    const char *head = "POST /echo HTTP/1.1\r\n" HOST JSON
                       "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n";
    int fd = rig_connect(&rig);

    (void)state;
    assert_int_equal(rig_ask(&rig, fd, head).status, 100);
    assert_int_equal(rig_ask(&rig, fd, "{}").status, 201);
    close(fd);
    fd = rig_connect(&rig);
    head = "POST /echo HTTP/1.1\r\n" HOST JSON
           "Expect: 100-continue\r\nContent-Length: 2000000\r\n\r\n";
    assert_int_equal(rig_ask(&rig, fd, head).status, 413);
    close(fd);
}

#define WITH_RIG(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_RIG(test_statuses),
        WITH_RIG(test_bad_json_says_where),
        WITH_RIG(test_request_id),
        WITH_RIG(test_methods),
        WITH_RIG(test_etag),
        WITH_RIG(test_dressed),
        WITH_RIG(test_pipelined_in_order),
        WITH_RIG(test_later_does_not_block),
        WITH_RIG(test_client_gone_while_suspended),
        WITH_RIG(test_client_reset_while_suspended),
        WITH_RIG(test_client_gone_at_once),
        WITH_RIG(test_half_closed),
        WITH_RIG(test_big_reply),
        WITH_RIG(test_connection_limit),
        WITH_RIG(test_refused_before_the_body),
        WITH_RIG(test_refused_while_sending),
        WITH_RIG(test_refused_without_end),
        WITH_RIG(test_merge_patch),
        WITH_RIG(test_largest_body),
        WITH_RIG(test_chunked_too_large),
        WITH_RIG(test_chunked_without_end),
        WITH_RIG(test_expect_continue),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

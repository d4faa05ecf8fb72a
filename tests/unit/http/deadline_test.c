/* Slow clients: a byte now and then keeps libmicrohttpd's own timeout quiet for ever, ours not. */
#include "http/rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>
#include <unistd.h>

#include "base/time.h"

enum { LIMIT_MS = 300, STEP_MS = 20, BOUND_MS = 4000 };

#define HOST "Host: a.example\r\n"
#define SLOW_HEAD "GET /echo HTTP/1.1\r\n" HOST "X-A: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n\r\n"
#define GET_ECHO "GET /echo HTTP/1.1\r\n" HOST "\r\n"

/* Sends one byte every STEP_MS until the server closes or everything is sent; the answer that
 * came. */
static struct rig_answer trickle(struct rig *r, int fd, const char *text)
{
    int64_t end = clock_mono() + BOUND_MS * 1000;
    int n = http_server_connections(r->server);

    for (; *text && clock_mono() < end && http_server_connections(r->server) == n; text++) {
        rig_send(r, fd, text, 1);
        rig_run(r, STEP_MS);
    }
    return rig_receive(r, fd, "GET");
}

static void test_slow_head(void **state)
{
    struct rig_options o = {.header_ms = LIMIT_MS};
    struct rig r;
    int64_t began;
    struct rig_answer a;
    int fd;

    (void)state;
    rig_start(&r, &o);
    fd = rig_connect(&r);
    began = clock_mono();
    a = trickle(&r, fd, SLOW_HEAD);
    assert_int_equal(a.status, 408);
    assert_non_null(strstr(a.body, "request_timeout"));
    assert_true(rig_closed(&r, fd));
    assert_true(clock_mono() - began >= LIMIT_MS * 1000);
    assert_true(clock_mono() - began < BOUND_MS * 1000);
    assert_int_equal(r.started, 0);
    close(fd);
    rig_stop(&r);
}

static void test_silent(void **state)
{
    struct rig_options o = {.header_ms = LIMIT_MS};
    struct rig r;
    int fd;

    (void)state;
    rig_start(&r, &o);
    fd = rig_connect(&r);
    assert_int_equal(rig_receive(&r, fd, "GET").status, 408);
    assert_true(rig_closed(&r, fd));
    close(fd);
    rig_stop(&r);
}

/* The second head of a kept-alive connection has the same deadline, from its first byte on. */
static void test_slow_second_head(void **state)
{
    struct rig_options o = {.header_ms = LIMIT_MS};
    struct rig r;
    struct rig_answer a;
    int fd;

    (void)state;
    rig_start(&r, &o);
    fd = rig_connect(&r);
    assert_int_equal(rig_ask(&r, fd, GET_ECHO).status, 200);
    rig_run(&r, LIMIT_MS / 2);
    a = trickle(&r, fd, SLOW_HEAD);
    assert_int_equal(a.status, 408);
    assert_int_equal(r.started, 1);
    close(fd);
    rig_stop(&r);
}

/* Idle between two requests is no crime: longer than a head may take. */
static void test_idle_stays(void **state)
{
    struct rig_options o = {.header_ms = LIMIT_MS};
    struct rig r;
    int fd;

    (void)state;
    rig_start(&r, &o);
    fd = rig_connect(&r);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(rig_ask(&r, fd, GET_ECHO).status, 200);
        rig_run(&r, LIMIT_MS * 3 + 50);
    }
    assert_int_equal(rig_ask(&r, fd, GET_ECHO).status, 200);
    close(fd);
    rig_stop(&r);
}

static void test_slow_body(void **state)
{
    const char *head = "POST /echo HTTP/1.1\r\n" HOST
                       "Content-Type: application/json\r\nContent-Length: 900\r\n\r\n";
    struct rig_options o = {.body_ms = LIMIT_MS};
    struct rig r;
    struct rig_answer a;
    int fd;

    (void)state;
    rig_start(&r, &o);
    fd = rig_connect(&r);
    rig_send(&r, fd, head, strlen(head));
    rig_run(&r, STEP_MS);
    a = trickle(&r, fd, "{\"name\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
    assert_int_equal(a.status, 408);
    assert_true(rig_closed(&r, fd));
    assert_int_equal(r.started, 0);
    assert_int_equal(http_server_busy(r.server), 0);
    close(fd);
    rig_stop(&r);
}

/* A call that takes long is the backend's to end: neither deadline cuts it. */
static void test_long_call(void **state)
{
    struct rig_options o = {.header_ms = LIMIT_MS, .body_ms = LIMIT_MS};
    struct rig r;
    int fd;

    (void)state;
    rig_start(&r, &o);
    fd = rig_connect(&r);
    assert_int_equal(rig_ask(&r, fd, "GET /later/900 HTTP/1.1\r\n" HOST "\r\n").status, 200);
    close(fd);
    rig_stop(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_slow_head),
        cmocka_unit_test(test_silent),
        cmocka_unit_test(test_slow_second_head),
        cmocka_unit_test(test_idle_stays),
        cmocka_unit_test(test_slow_body),
        cmocka_unit_test(test_long_call),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

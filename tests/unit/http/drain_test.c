/* The end of a front: with others that serve on (retire), and without (drain). */
#include "http/rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>
#include <unistd.h>

#define GET(path) "GET " path " HTTP/1.1\r\nHost: a.example\r\n\r\n"

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
    assert_int_equal(http_server_busy(rig.server), 0);
    rig_stop(&rig);
    return 0;
}

/* An answer that ends its connection. */
static void assert_last(const struct rig_answer *a, int fd)
{
    char said[16] = "";

    assert_int_equal(a->status, 200);
    assert_true(rig_header(a, "Connection", said, sizeof said));
    assert_string_equal(said, "close");
    assert_true(rig_closed(&rig, fd));
    close(fd);
}

static void test_drain(void **state)
{
    int idle = rig_connect(&rig);
    int busy = rig_connect(&rig);
    int waiting;
    struct rig_answer a;

    (void)state;
    assert_int_equal(rig_ask(&rig, idle, GET("/echo")).status, 200);
    rig_send(&rig, busy, GET("/later/100"), strlen(GET("/later/100")));
    rig_run(&rig, 20);
    http_server_retire(rig.server);
    http_server_drain(rig.server);
    http_server_drain(rig.server);
    waiting = rig_connect(&rig);
    assert_true(rig_closed(&rig, idle));
    a = rig_receive(&rig, busy, "GET");
    assert_last(&a, busy);
    rig_send(&rig, waiting, GET("/echo"), strlen(GET("/echo")));
    rig_run(&rig, 100);
    assert_int_equal(rig.started, 2);
    assert_int_equal(http_server_connections(rig.server), 0);
    close(idle);
    close(waiting);
}

/* What is idle, has only connected or is half-way through a head may all still be asked. */
static void test_retire(void **state)
{
    int fresh = rig_connect(&rig);
    int idle = rig_connect(&rig);
    int half = rig_connect(&rig);
    int waiting;
    struct rig_answer a;

    (void)state;
    assert_int_equal(rig_ask(&rig, idle, GET("/echo")).status, 200);
    rig_send(&rig, half, GET("/echo"), 10);
    rig_run(&rig, 20);
    http_server_retire(rig.server);
    waiting = rig_connect(&rig);
    rig_run(&rig, 100);
    assert_int_equal(http_server_connections(rig.server), 3);
    a = rig_ask(&rig, fresh, GET("/echo"));
    assert_last(&a, fresh);
    a = rig_ask(&rig, idle, GET("/echo"));
    assert_last(&a, idle);
    a = rig_ask(&rig, half, &GET("/echo")[10]);
    assert_last(&a, half);
    rig_run(&rig, 20);
    assert_int_equal(http_server_connections(rig.server), 0);
    close(waiting);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_drain, setup, teardown),
        cmocka_unit_test_setup_teardown(test_retire, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

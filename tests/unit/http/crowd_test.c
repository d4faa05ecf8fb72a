/* Many busy connections at once. libmicrohttpd's own epoll thread stalls with 128 and more ready
 * sockets; our loop must not. Counted, not timed: one generous bound ends a stall. */
#include "http/rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/time.h"

enum { CROWD_MAX = 512, ROUNDS = 20, BOUND_S = 120 };

struct client {
    int fd;
    int asked, answered;
    size_t got; /* bytes of the answer under way */
    char head[2048];
};

static struct client crowd[CROWD_MAX];

static void ask(struct client *c, const char *text)
{
    ssize_t n = send(c->fd, text, strlen(text), MSG_NOSIGNAL);

    assert_int_equal(n, strlen(text));
    c->asked++;
    c->got = 0;
}

/* Answers here are small: all of it comes in few pieces, and the body ends with '}'. */
static bool answered(struct client *c)
{
    ssize_t n = recv(c->fd, c->head + c->got, sizeof c->head - 1 - c->got, 0);

    if (n < 0 && errno == EAGAIN)
        return false;
    assert_true(n > 0);
    c->got += (size_t)n;
    c->head[c->got] = '\0';
    if (!strstr(c->head, "\r\n\r\n{") || c->head[c->got - 1] != '}')
        return false;
    assert_int_equal(strncmp(c->head, "HTTP/1.1 200", 12), 0);
    c->answered++;
    return true;
}

static void crowd_run(int n, const char *text)
{
    struct rig_options o = {0};
    struct rig r;
    int64_t end = clock_mono() + (int64_t)BOUND_S * 1000000;
    int left = n;

    rig_start(&r, &o);
    for (int i = 0; i < n; i++) {
        crowd[i] = (struct client){.fd = rig_connect(&r)};
        ask(&crowd[i], text);
    }
    while (left > 0 && clock_mono() < end) {
        rig_turn(&r, 1);
        for (int i = 0; i < n; i++)
            if (crowd[i].answered < crowd[i].asked && answered(&crowd[i])) {
                if (crowd[i].asked < ROUNDS)
                    ask(&crowd[i], text);
                else
                    left--;
            }
    }
    assert_int_equal(left, 0);
    assert_int_equal(r.started, n * ROUNDS);
    assert_int_equal(http_server_connections(r.server), n);
    for (int i = 0; i < n; i++)
        close(crowd[i].fd);
    rig_stop(&r);
}

static void test_256(void **state)
{
    (void)state;
    crowd_run(256, "GET /echo HTTP/1.1\r\nHost: a.example\r\n\r\n");
}

static void test_512(void **state)
{
    (void)state;
    crowd_run(512, "GET /echo HTTP/1.1\r\nHost: a.example\r\n\r\n");
}

/* All suspended at once, all resumed at about the same moment. */
static void test_512_suspended(void **state)
{
    (void)state;
    crowd_run(512, "GET /later/10 HTTP/1.1\r\nHost: a.example\r\n\r\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_256),
        cmocka_unit_test(test_512),
        cmocka_unit_test(test_512_suspended),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

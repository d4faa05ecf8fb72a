/* Deadlines too long to wait for: the clock is handed in, the sockets are real. */
#include "http/conn.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/time.h"

#define SECOND INT64_C(1000000)

struct pair {
    struct conns list;
    struct conn conn;
    int client;
    int64_t now;
};

/* A connected pair on loopback; the server's end is p->conn. */
static void pair_open(struct pair *p)
{
    struct sockaddr_in a = {.sin_family = AF_INET};
    socklen_t n = sizeof a;
    int listener = socket(AF_INET, SOCK_STREAM, 0);

    memset(p, 0, sizeof *p);
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(bind(listener, (struct sockaddr *)&a, n), 0);
    assert_int_equal(listen(listener, 1), 0);
    assert_int_equal(getsockname(listener, (struct sockaddr *)&a, &n), 0);
    p->client = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(connect(p->client, (struct sockaddr *)&a, n), 0);
    p->conn.fd = accept(listener, NULL, NULL);
    assert_true(p->conn.fd >= 0);
    close(listener);
    p->now = clock_mono();
    p->list.lasts[PHASE_HEAD] = p->list.lasts[PHASE_IDLE] = 10 * SECOND;
    p->list.lasts[PHASE_SEND] = 30 * SECOND;
    p->list.idle = 75 * SECOND;
    conn_add(&p->list, &p->conn, p->now);
}

static void pair_close(struct pair *p)
{
    conn_remove(&p->list, &p->conn);
    assert_int_equal(p->list.n, 0);
    assert_int_equal(conns_next(&p->list), INT64_MAX);
    close(p->conn.fd);
    close(p->client);
}

static void pass(struct pair *p, int64_t seconds)
{
    p->now += seconds * SECOND;
    conns_expire(&p->list, p->now);
}

/* Everything the kernel holds for the client, read away; whether the end was seen. */
static bool read_away(struct pair *p)
{
    char bytes[65536];
    ssize_t n;

    do
        n = recv(p->client, bytes, sizeof bytes, MSG_DONTWAIT);
    while (n > 0);
    return n == 0;
}

static void fill(struct pair *p)
{
    static const char bytes[65536];

    while (send(p->conn.fd, bytes, sizeof bytes, MSG_DONTWAIT | MSG_NOSIGNAL) > 0)
        continue;
}

static void test_reader_that_stopped(void **state)
{
    struct pair p;

    (void)state;
    pair_open(&p);
    fill(&p);
    conn_enter(&p.list, &p.conn, PHASE_SEND, p.now);
    pass(&p, 29);
    assert_int_equal(p.conn.phase, PHASE_SEND);
    pass(&p, 1);
    assert_int_equal(p.conn.phase, PHASE_SEND);
    pass(&p, 30);
    assert_int_equal(p.conn.phase, PHASE_CALL);
    assert_true(send(p.conn.fd, "x", 1, MSG_NOSIGNAL) < 0);
    pair_close(&p);
}

static void test_reader_that_is_slow(void **state)
{
    struct pair p;

    (void)state;
    pair_open(&p);
    conn_enter(&p.list, &p.conn, PHASE_SEND, p.now);
    for (int i = 0; i < 5; i++) {
        fill(&p);
        assert_false(read_away(&p));
        usleep(20000); /* the acknowledgements travel */
        pass(&p, 30);
        assert_int_equal(p.conn.phase, PHASE_SEND);
    }
    pair_close(&p);
}

static void test_idle_ends(void **state)
{
    struct pair p;

    (void)state;
    pair_open(&p);
    conn_enter(&p.list, &p.conn, PHASE_IDLE, p.now);
    conns_expire(&p.list, p.now + SECOND);
    assert_int_equal(p.conn.phase, PHASE_IDLE);
    assert_int_equal(conns_next(&p.list), p.now + 10 * SECOND);
    p.conn.due = 0;
    conns_expire(&p.list, p.now + 76 * SECOND);
    assert_int_equal(p.conn.phase, PHASE_CALL);
    assert_true(read_away(&p));
    pair_close(&p);
}

static void test_order_and_next(void **state)
{
    struct pair p;
    struct conn other = {.fd = -1};

    (void)state;
    pair_open(&p);
    conn_add(&p.list, &other, p.now + SECOND);
    assert_int_equal(p.list.n, 2);
    assert_int_equal(conns_next(&p.list), p.now + 10 * SECOND);
    conn_enter(&p.list, &p.conn, PHASE_CALL, p.now);
    assert_int_equal(conns_next(&p.list), p.now + 11 * SECOND);
    conn_enter(&p.list, &p.conn, PHASE_SEND, p.now);
    conn_remove(&p.list, &other);
    assert_int_equal(conns_next(&p.list), p.now + 30 * SECOND);
    pair_close(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reader_that_stopped),
        cmocka_unit_test(test_reader_that_is_slow),
        cmocka_unit_test(test_idle_ends),
        cmocka_unit_test(test_order_and_next),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

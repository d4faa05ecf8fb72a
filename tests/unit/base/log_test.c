#include "base/log.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/time.h"
#include "json/jv.h"

enum { THREADS = 4, EACH = 200 };

static char captured[4 * 1024 * 1024];

/* Runs fn with stderr in a file opened for appending, as a supervisor would give it. */
static size_t capture(void (*fn)(void))
{
    int saved = dup(STDERR_FILENO);
    FILE *f = tmpfile();
    size_t n;

    assert_non_null(f);
    fcntl(fileno(f), F_SETFL, O_APPEND);
    dup2(fileno(f), STDERR_FILENO);
    fn();
    dup2(saved, STDERR_FILENO);
    close(saved);
    rewind(f);
    n = fread(captured, 1, sizeof captured - 1, f);
    captured[n] = '\0';
    fclose(f);
    return n;
}

static const struct jv *parse(struct arena *a, const char *line, size_t n)
{
    struct jv_fault fault;
    const struct jv *v = jv_parse(a, line, n, &fault);

    assert_non_null(v);
    return v;
}

static void one_line(void)
{
    errno = EPIPE;
    log_line(LOG_WARN, "worker_exit", "worker %d ended", 3);
    assert_int_equal(errno, EPIPE);
}

static void test_members(void **state)
{
    struct arena *a = arena_new(1 << 20);
    size_t n = capture(one_line);
    const struct jv *v = parse(a, captured, n);
    int64_t number;

    (void)state;
    assert_int_equal(captured[n - 1], '\n');
    assert_true(time_parse(jv_text(jv_get(v, "at")), &number));
    assert_string_equal(jv_text(jv_get(v, "level")), "warn");
    assert_string_equal(jv_text(jv_get(v, "process")), "test");
    assert_true(jv_int(jv_get(v, "pid"), &number) && number == getpid());
    assert_string_equal(jv_text(jv_get(v, "event")), "worker_exit");
    assert_string_equal(jv_text(jv_get(v, "text")), "worker 3 ended");
    arena_free(a);
}

static const char nasty[] = "a\"b\\c\n{\"at\":1}\r\t\x1b[31m\x7f\xc2\x85\u2028\u2029\u202e"
                            "\u2066\u200f江\xff\xc0\x80 end";

static void nasty_line(void)
{
    log_line(LOG_ERROR, "nasty", "%s", nasty);
}

static void test_escapes(void **state)
{
    struct arena *a = arena_new(1 << 20);
    size_t n = capture(nasty_line);
    const struct jv *v = parse(a, captured, n);

    (void)state;
    assert_ptr_equal(strchr(captured, '\n'), captured + n - 1);
    for (size_t i = 0; i + 1 < n; i++)
        assert_true((unsigned char)captured[i] >= 0x20 && captured[i] != 0x7F);
    assert_null(strstr(captured, "\u2028"));
    assert_null(strstr(captured, "\u202e"));
    assert_null(strstr(captured, "\xc2\x85"));
    assert_non_null(strstr(captured, "江\\ufffd\\ufffd\\ufffd end"));
    assert_memory_equal(jv_text(jv_get(v, "text")), nasty, 20);
    arena_free(a);
}

static int long_length;

static void long_line(void)
{
    static char text[10001];

    memset(text, '\x01', sizeof text - 1);
    memset(text, 'x', sizeof text / 2);
    text[long_length] = '\0';
    log_line(LOG_ERROR, "long", "%s", text);
}

static void test_cap(void **state)
{
    (void)state;
    for (long_length = 3900; long_length < 10000; long_length += long_length < 4100 ? 1 : 997) {
        struct arena *a = arena_new(1 << 20);
        size_t n = capture(long_line);

        assert_true(n <= 4096);
        parse(a, captured, n);
        arena_free(a);
    }
}

static void below_level(void)
{
    log_open("quiet", LOG_WARN);
    log_line(LOG_INFO, "hidden", "x");
    log_line(LOG_DEBUG, "hidden", "x");
    log_line(LOG_WARN, "seen", "x");
    log_open("test", LOG_DEBUG);
    log_line(LOG_DEBUG, "seen", "x");
}

static void test_level(void **state)
{
    (void)state;
    capture(below_level);
    assert_null(strstr(captured, "hidden"));
    assert_non_null(strstr(captured, "\"process\":\"quiet\""));
    assert_non_null(strstr(captured, "\"level\":\"debug\""));
}

static void *chatter(void *arg)
{
    for (int i = 0; i < EACH; i++)
        log_line(LOG_INFO, "chatter", "%s %d %0*d", (const char *)arg, i, i * 10, 0);
    return NULL;
}

static void chatter_all(void)
{
    static char names[THREADS][2] = {"a", "b", "c", "d"};
    pthread_t threads[THREADS];

    for (int i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, chatter, names[i]);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
}

static void test_lines_stay_whole(void **state)
{
    size_t n = capture(chatter_all);
    int lines = 0;

    (void)state;
    for (char *at = captured; at < captured + n;) {
        struct arena *a = arena_new(1 << 20);
        char *end = strchr(at, '\n');

        assert_non_null(end);
        parse(a, at, (size_t)(end - at));
        arena_free(a);
        at = end + 1;
        lines++;
    }
    assert_int_equal(lines, THREADS * EACH);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_members), cmocka_unit_test(test_escapes),
        cmocka_unit_test(test_cap),     cmocka_unit_test(test_level),
        cmocka_unit_test(test_lines_stay_whole),
    };

    log_open("test", LOG_DEBUG);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

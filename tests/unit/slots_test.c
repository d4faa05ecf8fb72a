/* Crash slots: another process writes, we read what it was in when it died. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "slots.h"

static const char long_route[] = "/api/v1/elderly/a-very-long-route/a-very-long-route/"
                                 "a-very-long-route/a-very-long-route/a-very-long-route/end";

static void a_dead_process_left_its_plugin(void **state)
{
    int fd = slots_create();
    const struct slots *page = slots_map(fd);
    const struct crash_slot *s;
    pid_t pid;

    (void)state;
    assert_non_null(page);
    s = &page->slot[1][2];
    pid = fork();
    if (pid == 0) {
        struct slots *own = slots_map(fd);

        slot_enter(&own->slot[1][1], &(struct slot_entry){"station", "1.0.0", "/a", "r1", 1});
        slot_leave(&own->slot[1][1]);
        slot_enter(&own->slot[1][2],
                   &(struct slot_entry){"elderly", "1.2.0", long_route, "r2", 1});
        kill(getpid(), SIGKILL);
    }
    waitpid(pid, NULL, 0);
    assert_int_equal(atomic_load(&page->slot[1][1].busy), 0);
    assert_int_equal(atomic_load(&s->busy), 1);
    assert_string_equal(s->plugin, "elderly");
    assert_string_equal(s->version, "1.2.0");
    assert_string_equal(s->request, "r2");
    assert_int_equal(strlen(s->route), SLOT_ROUTE - 1);
    assert_true(s->since > 0);
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_dead_process_left_its_plugin)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}

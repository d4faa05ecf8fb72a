/* The jobs process against a real database: it waits for one, forgets what has served its time and
 * nothing else, and ends when told. */
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/log.h"
#include "base/time.h"
#include "command.h"
#include "iam/county.h"
#include "settings.h"
#include "slots.h"

enum { KEYS = 2500, READY_MS = 20000 };

static struct county k;

static int group_start(void **state)
{
    (void)state;
    county_open(&k);
    setenv("WULIAN_DB_GATE_DSN", k.gate, 1);
    return 0;
}

static int group_stop(void **state)
{
    (void)state;
    county_close(&k);
    return 0;
}

/* Never returns to the test program. */
static _Noreturn void child_run(int ready_fd)
{
    struct settings s = {0};
    char name[] = "jobs";
    char *argv[] = {name, NULL};
    int argc = 1;
    struct process_args args = {.settings = &s, .listen_fd = -1, .slots_fd = slots_create()};

    prctl(PR_SET_PDEATHSIG, SIGKILL); /* a failing test leaves nobody behind */
    args.ready_fd = ready_fd;
    log_open(name, LOG_ERROR);
    _exit(settings_from_args(&s, &argc, argv) ? jobs_main(&args) : 99);
}

static pid_t jobs_start(int *ready)
{
    int p[2];
    pid_t pid;

    assert_int_equal(pipe(p), 0);
    pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        close(p[0]);
        child_run(p[1]);
    }
    close(p[1]);
    *ready = p[0];
    return pid;
}

static bool is_ready(int fd, int ms)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};
    char c = 0;

    return poll(&p, 1, ms) == 1 && read(fd, &c, 1) == 1 && c == '1';
}

static void jobs_stop(pid_t pid, int ready)
{
    int status = 0;

    assert_int_equal(kill(pid, SIGTERM), 0);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    close(ready);
}

static void waits_for(const char *sql, int64_t n)
{
    int64_t end = clock_mono() + (int64_t)READY_MS * 1000;
    struct timespec nap = {.tv_nsec = 50 * 1000 * 1000};

    while (county_number(&k, sql) != n && clock_mono() < end)
        nanosleep(&nap, NULL);
    assert_int_equal(county_number(&k, sql), n);
}

static void keys_make(const char *county, int n, const char *age)
{
    county_sql(&k, arena_printf(k.arena,
                                "insert into core.idem (county, actor, key, body, record, id,"
                                " change, at) select %s, gen_random_uuid(), 'k' || i, sha256('x'),"
                                " 'test', gen_random_uuid(), gen_random_uuid(),"
                                " now() - interval '%s' from generate_series(1, %d) i",
                                county, age, n));
}

static void old_things_are_forgotten(void **state)
{
    const char *live = county_sign_in(&k, COUNTY, "social_worker", 431129100000);
    const char *expired = county_sign_in(&k, COUNTY, "social_worker", 431129100000);
    const char *ended = county_sign_in(&k, OTHER_COUNTY, "social_worker", 321311100000);
    const char *fresh = county_sign_in(&k, COUNTY, "social_worker", 431129100000);
    int ready;
    pid_t pid;

    (void)state;
    keys_make("431129", KEYS, "31 days");
    keys_make("321311", 3, "31 days");
    keys_make("431129", 4, "29 days");
    county_sql(&k, arena_printf(k.arena,
                                "update core.session set expires_at = now() - interval '25 hours'"
                                " where hash = sha256('%s');"
                                "update core.session set ended_at = now() - interval '25 hours'"
                                " where hash = sha256('%s');"
                                "update core.session set ended_at = now() - interval '1 hour'"
                                " where hash = sha256('%s')",
                                expired, ended, fresh));
    county_sql(&k, "do $$ begin execute 'drop table core.audit_' ||"
                   " to_char(core.today() + interval '2 months', 'YYYYMM'); end $$");
    pid = jobs_start(&ready);
    assert_true(is_ready(ready, READY_MS));
    waits_for("select count(*) from core.idem", 4);
    waits_for("select count(*) from core.session", 2);
    assert_int_equal(county_number(&k, arena_printf(k.arena,
                                                    "select count(*) from core.session where hash"
                                                    " in (sha256('%s'), sha256('%s'))",
                                                    live, fresh)),
                     2);
    waits_for("select (to_regclass('core.audit_' || to_char(core.today() + interval '2 months',"
              " 'YYYYMM')) is not null)::int", 1);
    jobs_stop(pid, ready);
}

static void a_database_that_comes_later_is_waited_for(void **state)
{
    int ready;
    pid_t pid;

    (void)state;
    keys_make("431129", 1, "40 days");
    county_kill(&k);
    pid = jobs_start(&ready);
    assert_false(is_ready(ready, 500));
    county_restart(&k);
    assert_true(is_ready(ready, READY_MS));
    waits_for("select count(*) from core.idem where at < now() - interval '30 days'", 0);
    jobs_stop(pid, ready);
}

static void stops_while_there_is_no_database(void **state)
{
    int ready;
    pid_t pid;
    int64_t begin;

    (void)state;
    county_kill(&k);
    pid = jobs_start(&ready);
    assert_false(is_ready(ready, 300));
    begin = clock_mono();
    jobs_stop(pid, ready);
    assert_true(clock_mono() - begin < 5 * 1000 * 1000);
    county_restart(&k);
}

/* The gate may forget; the application may not. */
static void the_application_forgets_nothing(void **state)
{
    static const char *const sql[] = {"select core.idem_forget(431129, 1)",
                                      "select core.session_forget(431129, 1)",
                                      "select core.counties()", "select core.audit_partitions()",
                                      "delete from core.idem", "delete from core.session"};
    char *why = NULL;
    struct db_conn *app = db_open(k.app, 5000, &why);

    (void)state;
    assert_non_null(app);
    for (size_t i = 0; i < sizeof sql / sizeof *sql; i++) {
        struct db_error e;

        assert_int_equal(db_script(app, k.arena, sql[i], &e), DB_REFUSED);
        assert_string_equal(e.sqlstate, "42501");
    }
    db_close(app);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(old_things_are_forgotten),
        cmocka_unit_test(a_database_that_comes_later_is_waited_for),
        cmocka_unit_test(stops_while_there_is_no_database),
        cmocka_unit_test(the_application_forgets_nothing),
    };

    return cmocka_run_group_tests_name("jobs", tests, group_start, group_stop);
}

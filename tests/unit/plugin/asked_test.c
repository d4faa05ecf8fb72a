/* A route's query against what the route says it asks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/str.h"
#include "plugin/asked.h"

/* The faults of the query "name=value", or of none when name is NULL: "?name code", "" for none. */
static const char *faults(struct call *c, const char *asks, const char *name, const char *value)
{
    const char *all = "";

    c->nfaults = c->nquery = 0;
    if (name)
        c->query[c->nquery++] = (struct call_param){name, value};
    bool ok = asked_check(c, asks);
    assert_int_equal(ok, c->nfaults == 0);
    if (!ok)
        assert_int_equal(c->reply.status, 400);
    for (int i = 0; i < c->nfaults; i++)
        all = arena_printf(c->arena, "%s%s%s %s", all, *all ? ", " : "", c->faults[i].pointer,
                           c->faults[i].code);
    return all;
}

static void every_type(void **state)
{
    static const struct {
        const char *type, *good, *bad, *fault;
    } rows[] = {
        {"uuid", "0190b1d2-3c4d-7e5f-8a6b-0c1d2e3f4a5b", "1", "?x id_expected"},
        {"int", "-12", "12x", "?x bad_value"},
        {"int", "9223372036854775807", "9223372036854775808", "?x bad_value"},
        {"bool", "false", "no", "?x bad_value"},
        {"date", "2024-02-29", "2026-02-29", "?x date_expected"},
        {"time", "2026-03-01T08:00:00+08:00", "2026-03-01", "?x time_expected"},
        {"month", "2026-12", "2026-13", "?x period_expected"},
        {"month", "2026-01", "2026-01-01", "?x period_expected"},
        {"year", "2026", "26", "?x bad_value"},
        {"township", "431129100", "431129100000", "?x division"},
        {"div", "431129100000", "43112910000x", "?x division"},
        {"(open|shut)", "shut", "open|shut", "?x bad_value"},
        {"(open|shut)", "open", "", "?x bad_value"},
        {"date", "2026-01-01", "", "?x date_expected"},
    };
    struct call *c = call_new(1000000);

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *asks = arena_printf(c->arena, "a? x?:%s z?", rows[i].type);
        assert_string_equal(faults(c, asks, "x", rows[i].good), "");
        assert_string_equal(faults(c, asks, "x", rows[i].bad), rows[i].fault);
    }
    call_free(c);
}

static void missing_and_unknown(void **state)
{
    struct call *c = call_new(1000000);

    (void)state;
    assert_string_equal(faults(c, NULL, NULL, NULL), "");
    assert_string_equal(faults(c, NULL, "x", "1"), "?x unknown_parameter");
    assert_string_equal(faults(c, "year:year at?:time", NULL, NULL), "?year required");
    assert_string_equal(faults(c, "year:year at?:time", "jahr", "2026"),
                        "?year required, ?jahr unknown_parameter");
    assert_string_equal(faults(c, "service? words?:text", "service", "any words"), "");
    call_free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_type),
        cmocka_unit_test(missing_and_unknown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

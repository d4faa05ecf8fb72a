/* Which class of work an operation is of. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/str.h"
#include "http/limit.h"

static void what_it_is_says_its_class(void **state)
{
    static const struct {
        struct op op;
        const char *name;
    } rows[] = {
        {{.method = "GET", .lane = OP_QUICK}, "look"},
        {{.method = "GET", .lane = OP_WRITE}, "heavy"},  /* a report */
        {{.method = "GET", .lane = OP_THREAD}, "heavy"}, /* a short export */
        {{.method = "POST", .lane = OP_QUICK}, "heavy"}, /* a search */
        {{.method = "POST", .lane = OP_WRITE, .flags = OP_CHANGES}, "write"},
        {{.method = "DELETE", .lane = OP_THREAD, .flags = OP_CHANGES}, "write"},
        {{.method = "POST", .lane = OP_WRITE, .flags = OP_CHANGES, .status = 201}, "write"},
        {{.method = "POST", .lane = OP_WRITE, .flags = OP_CHANGES, .status = 202}, "job"},
        {{.method = "PUT", .lane = OP_SECRET, .flags = OP_CHANGES}, "secret"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_string_equal(limit_names[limit_class_of(&rows[i].op)], rows[i].name);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_it_is_says_its_class)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Lists of a masked reader: neither filters nor orders may tell what the rows do not show. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/str.h"
#include "db/db.h"
#include "record/record.h"
#include "record/sample.h"

static struct sample sample;

/* What the list says to one parameter. */
static const char *faults_of(const char *name, const char *value, bool masked)
{
    static char told[200];
    struct call *c = sample_call(sample_op(&sample, sample.job, "GET", ""), NULL);

    c->masked = masked;
    c->query[0] = (struct call_param){name, value};
    c->nquery = name != NULL;
    rec_list_plan(c, batch_new(c->arena, 0));
    str_format(told, sizeof told, "%s", sample_faults(c));
    call_free(c);
    return told;
}

static struct rec_field *field(const char *name)
{
    return &sample.job->fields[rec_field_find(sample.job, name)];
}

static void test_withheld(void **state)
{
    static const char *const secrets[] = {"diary", "note", "helper"};

    (void)state;
    for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++) {
        char filter[40], sort[40];

        field(secrets[i])->d.flags |= WL_FILTER | WL_SORT;
        str_format(filter, sizeof filter, "%s.eq", secrets[i]);
        str_format(sort, sizeof sort, "-%s", secrets[i]);
        assert_string_equal(faults_of(filter, "x", false), "");
        assert_string_equal(faults_of("sort", sort, false), "");
        assert_string_not_equal(faults_of(filter, "x", true), "");
        assert_string_equal(faults_of("sort", sort, true), "?sort unknown_sort");
    }
    assert_string_equal(faults_of("person.eq", SAMPLE_ROW, true), "");
}

static void test_own_order(void **state)
{
    const char *order = sample.job->d.sort;

    (void)state;
    field("diary")->d.flags |= WL_SORT;
    sample.job->d.sort = "-diary";
    assert_string_equal(faults_of(NULL, NULL, false), "");
    assert_string_equal(faults_of(NULL, NULL, true), "");
    sample.job->d.sort = order;
}

static int open_all(void **state)
{
    (void)state;
    sample_open(&sample);
    return 0;
}

static int close_all(void **state)
{
    (void)state;
    sample_close(&sample);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_withheld),
        cmocka_unit_test(test_own_order),
    };

    return cmocka_run_group_tests_name("record/list", tests, open_all, close_all);
}

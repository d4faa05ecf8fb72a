#include "http/path.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

/* The decoded segments joined by '|', or "!" when refused. */
static void path_shown(const char *target, char *out, size_t cap)
{
    struct call *c = call_new(1000);
    struct path p;
    const char *code;

    out[0] = '\0';
    if (!path_parse(c, target, &p, &code)) {
        assert_string_equal(code, "bad_path");
        snprintf(out, cap, "!");
    } else {
        for (int i = 0; i < p.n; i++)
            snprintf(out + strlen(out), cap - strlen(out), "%s%s", i ? "|" : "", p.segment[i]);
        snprintf(out + strlen(out), cap - strlen(out), "%s", p.folder ? "|" : "");
    }
    call_free(c);
}

static void test_paths(void **state)
{
    static const struct {
        const char *target, *shown;
    } cases[] = {
        {"/", ""},
        {"/?a=b", ""},
        {"/api/v1/me", "api|v1|me"},
        {"/api/v1/me?x=/../", "api|v1|me"},
        {"/a/%E4%BA%94%E8%81%94", "a|五联"},
        {"/a/b%20c", "a|b c"},
        {"/a/b+c", "a|b+c"},
        {"/a/%252e%252e", "a|%2e%2e"},
        {"", "!"},
        {"*", "!"},
        {"a/b", "!"},
        {"http://a/b", "!"},
        {"/a//b", "!"},
        {"//a", "!"},
        {"/a/", "a|"},
        {"/a/b/?c", "a|b|"},
        {"/a//", "!"},
        {"//", "!"},
        {"/a/../b", "!"},
        {"/a/./b", "!"},
        {"/..", "!"},
        {"/a/%2e%2e/b", "!"},
        {"/a/.%2E/b", "!"},
        {"/api%2f..%2fadmin", "!"},
        {"/a%2Fb", "!"},
        {"/a%5cb", "!"},
        {"/a\\b", "!"},
        {"/a%00b", "!"},
        {"/a%0ab", "!"},
        {"/a%7f", "!"},
        {"/a%", "!"},
        {"/a%4", "!"},
        {"/a%zz", "!"},
        {"/a%ff", "!"},
        {"/a%c0%af", "!"},
        {"/a%ed%a0%80", "!"},
        {"/\xe4\xba\x94", "!"},
        {"/a#b", "!"},
        {"/a\"b", "!"},
        {"/a<b", "!"},
        {"/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16", "1|2|3|4|5|6|7|8|9|10|11|12|13|14|15|16"},
        {"/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17", "!"},
    };
    char shown[128];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        path_shown(cases[i].target, shown, sizeof shown);
        if (strcmp(shown, cases[i].shown) != 0)
            fail_msg("%s: got \"%s\", want \"%s\"", cases[i].target, shown, cases[i].shown);
    }
}

/* "name=value;…" decoded, or the problem code. */
static void query_shown(const char *target, char *out, size_t cap)
{
    struct call *c = call_new(1000);
    const char *code;

    out[0] = '\0';
    if (!query_parse(c, target, &code))
        snprintf(out, cap, "!%s", code);
    for (int i = 0; out[0] != '!' && i < c->nquery; i++)
        snprintf(out + strlen(out), cap - strlen(out), "%s=%s;", c->query[i].name,
                 c->query[i].value);
    call_free(c);
}

static void test_queries(void **state)
{
    static const struct {
        const char *target, *shown;
    } cases[] = {
        {"/a", ""},
        {"/a?", ""},
        {"/a?b", "b=;"},
        {"/a?b=", "b=;"},
        {"/a?b=c&d=e", "b=c;d=e;"},
        {"/a?b=c&&d=e&", "b=c;d=e;"},
        {"/a?b=c=d?e", "b=c=d?e;"},
        {"/a?name.like=%E5%BC%A0+%41%2B", "name.like=张 A+;"},
        {"/a?b=%2526", "b=%26;"},
        {"/a?b%5Bc%5D=1", "b[c]=1;"},
        {"/a?=b", "!bad_query"},
        {"/a?b=%00", "!bad_query"},
        {"/a?b=%ff", "!bad_query"},
        {"/a?b=%4", "!bad_query"},
        {"/a?b=\xff", "!bad_query"},
        {"/a?b=#", "!bad_query"},
        {"/a?b=1&b=2", "!duplicate_parameter"},
        {"/a?b=1&%62=2", "!duplicate_parameter"},
    };
    char shown[128];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        query_shown(cases[i].target, shown, sizeof shown);
        if (strcmp(shown, cases[i].shown) != 0)
            fail_msg("%s: got \"%s\", want \"%s\"", cases[i].target, shown, cases[i].shown);
    }
}

static void test_parameter_count(void **state)
{
    char target[512] = "/a?";
    char shown[512];

    (void)state;
    for (int i = 0; i < CALL_QUERY_MAX; i++)
        snprintf(target + strlen(target), sizeof target - strlen(target), "p%d=1&", i);
    query_shown(target, shown, sizeof shown);
    assert_int_not_equal(shown[0], '!');
    strncat(target, "last=1", sizeof target - strlen(target) - 1);
    query_shown(target, shown, sizeof shown);
    assert_string_equal(shown, "!too_many_parameters");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_paths),
        cmocka_unit_test(test_queries),
        cmocka_unit_test(test_parameter_count),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

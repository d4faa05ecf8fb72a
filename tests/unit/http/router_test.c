#include "http/router.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static const struct op ops[] = {
    {.method = "GET", .path = "/"},
    {.method = "GET", .path = "/api/v1/things"},
    {.method = "POST", .path = "/api/v1/things"},
    {.method = "GET", .path = "/api/v1/things/{id}"},
    {.method = "PATCH", .path = "/api/v1/things/{id}"},
    {.method = "DELETE", .path = "/api/v1/things/{id}"},
    {.method = "POST", .path = "/api/v1/things/search"},
    {.method = "POST", .path = "/api/v1/things/{id}/actions/{action}"},
    {.method = "GET", .path = "/api/v1/things/search/deep/end"},
    {.method = "GET", .path = "/api/v1/things/{id}/{part}/{more}/x"},
    {.method = "PUT", .path = "/api/v1/admin/townships/{div}/plugins/{plugin}"},
};
enum { NOPS = sizeof ops / sizeof *ops };

struct fixture {
    struct call *call;
    struct router *router;
};

static int setup(void **state)
{
    static struct fixture f;
    const struct op *list[NOPS];
    const char *why = NULL;

    for (int i = 0; i < NOPS; i++)
        list[i] = &ops[i];
    f.call = call_new(1000);
    f.router = router_new(f.call->arena, list, NOPS, &why);
    *state = &f;
    return f.router ? 0 : -1;
}

static int teardown(void **state)
{
    struct fixture *f = *state;

    call_free(f->call);
    return 0;
}

static enum route_result find(struct fixture *f, const char *method, const char *target,
                              struct route *out)
{
    struct path p;
    const char *code;

    assert_true(path_parse(f->call, target, &p, &code));
    return router_find(f->router, method, &p, out);
}

static void test_found(void **state)
{
    struct route r;

    assert_int_equal(find(*state, "GET", "/", &r), ROUTE_FOUND);
    assert_ptr_equal(r.op, &ops[0]);
    assert_int_equal(find(*state, "POST", "/api/v1/things", &r), ROUTE_FOUND);
    assert_ptr_equal(r.op, &ops[2]);
    assert_int_equal(r.nargs, 0);
    assert_int_equal(find(*state, "GET", "/api/v1/things/7", &r), ROUTE_FOUND);
    assert_ptr_equal(r.op, &ops[3]);
    assert_int_equal(r.nargs, 1);
    assert_string_equal(r.args[0], "7");
    assert_int_equal(find(*state, "POST", "/api/v1/things/7/actions/accept", &r), ROUTE_FOUND);
    assert_ptr_equal(r.op, &ops[7]);
    assert_int_equal(r.nargs, 2);
    assert_string_equal(r.args[1], "accept");
}

static void test_head_follows_get(void **state)
{
    struct route r;

    assert_int_equal(find(*state, "HEAD", "/api/v1/things/7", &r), ROUTE_FOUND);
    assert_ptr_equal(r.op, &ops[3]);
}

static void test_literal_first_then_back(void **state)
{
    struct route r;

    assert_int_equal(find(*state, "POST", "/api/v1/things/search", &r), ROUTE_FOUND);
    assert_ptr_equal(r.op, &ops[6]);
    assert_int_equal(find(*state, "GET", "/api/v1/things/search/deep/end", &r), ROUTE_FOUND);
    assert_ptr_equal(r.op, &ops[8]);
    assert_int_equal(find(*state, "GET", "/api/v1/things/search/deep/other/x", &r), ROUTE_FOUND);
    assert_ptr_equal(r.op, &ops[9]);
    assert_int_equal(r.nargs, 3);
    assert_string_equal(r.args[0], "search");
    assert_string_equal(r.args[2], "other");
}

static void test_no_path(void **state)
{
    static const char *const targets[] = {"/api",          "/api/v1/thing",
                                          "/api/v1/thingsx", "/api/v1/things/7/actions",
                                          "/API/v1/things", "/api/v1/things/7/actions/a/b"};
    struct route r;

    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
        assert_int_equal(find(*state, "GET", targets[i], &r), ROUTE_NO_PATH);
        assert_null(r.allow);
        assert_null(r.op);
    }
}

static void test_no_method(void **state)
{
    struct route r;

    assert_int_equal(find(*state, "DELETE", "/api/v1/things", &r), ROUTE_NO_METHOD);
    assert_string_equal(r.allow, "GET, HEAD, POST, OPTIONS");
    assert_int_equal(find(*state, "OPTIONS", "/api/v1/things/7", &r), ROUTE_NO_METHOD);
    assert_string_equal(r.allow, "GET, HEAD, PATCH, DELETE, OPTIONS");
    assert_int_equal(find(*state, "get", "/api/v1/things/7", &r), ROUTE_NO_METHOD);
    assert_int_equal(find(*state, "HEAD", "/api/v1/things/search", &r), ROUTE_NO_METHOD);
    assert_string_equal(r.allow, "POST, OPTIONS");
}

static void refused(const struct op *a, const struct op *b, const char *text)
{
    const struct op *list[] = {a, b};
    struct call *c = call_new(1000);
    const char *why = NULL;

    assert_null(router_new(c->arena, list, b ? 2 : 1, &why));
    assert_non_null(strstr(why, text));
    call_free(c);
}

static void test_refused(void **state)
{
    static const struct op twice = {.method = "GET", .path = "/api/v1/things/{other}"};
    static const char *const bad[] = {"",     "api",   "/a//b", "/a/",    "/{}",     "/{a",
                                      "/a{b}", "/{a}b", "/{a{}", "/a}",
                                      "/{a}/{b}/{c}/{d}/{e}/{f}/{g}"};
    struct op op = {.method = "GET"};

    (void)state;
    refused(&ops[3], &twice, "GET /api/v1/things/{other}: stands twice");
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        op.path = bad[i];
        refused(&op, NULL, "not a valid route");
    }
    op = (struct op){.method = "HEAD", .path = "/a"};
    refused(&op, NULL, "HEAD /a: not a valid route");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_found),
        cmocka_unit_test(test_head_follows_get),
        cmocka_unit_test(test_literal_first_then_back),
        cmocka_unit_test(test_no_path),
        cmocka_unit_test(test_no_method),
        cmocka_unit_test(test_refused),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}

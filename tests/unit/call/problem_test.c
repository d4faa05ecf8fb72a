#include "call/call.h"
#include "call/messages.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "base/time.h"
#include "json/jw.h"

static struct arena *texts;

static int setup(void **state)
{
    const char *why = "";

    (void)state;
    texts = arena_new(4 << 20);
    if (!messages_load(texts, NULL, "core/messages", &why))
        fail_msg("%s", why);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(texts);
    return 0;
}

static const struct jv *body(struct call *c)
{
    struct jv_fault fault;
    const struct jv *v = jv_parse(c->arena, c->reply.body.p, c->reply.body.n, &fault);

    assert_non_null(v);
    assert_string_equal(c->reply.type, "application/problem+json");
    return v;
}

static void assert_text(const struct jv *v, const char *key, const char *want)
{
    const char *got = jv_text(jv_get(v, key));

    if (!str_eq(got, want))
        fail_msg("%s: want %s, got %s", key, want, got ? got : "none");
}

static void test_members(void **state)
{
    struct call *c = call_new(1000);
    int64_t status;

    (void)state;
    assert_false(problem(c, 404, "not_found"));
    assert_int_equal(c->reply.status, 404);
    assert_text(body(c), "type", "urn:wulian:problem:not_found");
    assert_text(body(c), "title", "没有找到");
    assert_text(body(c), "code", "not_found");
    assert_text(body(c), "request_id", c->id);
    assert_true(jv_int(jv_get(body(c), "status"), &status));
    assert_int_equal(status, 404);
    assert_null(jv_get(body(c), "detail"));
    assert_null(jv_get(body(c), "errors"));
    call_free(c);
}

static void test_language_and_detail(void **state)
{
    struct call *c = call_new(1000);

    (void)state;
    c->lang = LANG_EN;
    problem(c, 413, "body_too_large");
    assert_text(body(c), "title", "The body is too large");
    assert_text(body(c), "detail", "The body may hold at most 1 MiB.");
    problem_detail(c, 400, "bad_json", "line 1, column 2: \"quoted\"");
    assert_text(body(c), "detail", "line 1, column 2: \"quoted\"");
    problem(c, 418, "no_such_code");
    assert_text(body(c), "title", "problem.no_such_code");
    call_free(c);
}

static void test_plugin_falls_back_to_core(void **state)
{
    static const struct op op = {.method = "GET", .path = "/", .plugin = "elderly"};
    struct call *c = call_new(1000);

    (void)state;
    c->op = &op;
    problem(c, 404, "not_found");
    assert_text(body(c), "title", "没有找到");
    call_free(c);
}

static void test_replaces_what_was_begun(void **state)
{
    struct call *c = call_new(1000);
    struct jw *w = reply_json(c, 200);

    (void)state;
    jw_object(w);
    jw_kv_text(w, "name", "half a resident");
    c->reply.etag = "\"v1\"";
    c->reply.location = "/x";
    c->reply.file = "x.csv";
    c->reply.cookie = "t";
    problem(c, 503, "unavailable");
    assert_text(body(c), "code", "unavailable");
    assert_null(strstr(c->reply.body.p, "resident"));
    assert_null(c->reply.etag);
    assert_null(c->reply.location);
    assert_null(c->reply.file);
    assert_null(c->reply.cookie);
    assert_int_equal(c->reply.retry_after, 1);
    c->reply.retry_after = 7;
    problem(c, 429, "too_many_requests");
    assert_int_equal(c->reply.retry_after, 7);
    call_free(c);
}

static void test_faults(void **state)
{
    static const char *const range[] = {"1", "5", NULL};
    struct call *c = call_new(1000);
    const struct jv *errors;
    char pointer[16];

    (void)state;
    assert_false(faults_reply(c));
    assert_int_equal(c->reply.status, 0);
    str_format(pointer, sizeof pointer, "/urgency");
    fault_add(c, pointer, "range", range);
    str_format(pointer, sizeof pointer, "/name");
    fault_add(c, pointer, "required", NULL);
    assert_true(faults_reply(c));
    assert_int_equal(c->reply.status, 422);
    assert_text(body(c), "code", "invalid_input");
    errors = jv_get(body(c), "errors");
    assert_int_equal(jv_count(errors), 2);
    assert_text(jv_at(errors, 0), "pointer", "/urgency");
    assert_text(jv_at(errors, 0), "code", "range");
    assert_text(jv_at(errors, 0), "detail", "应在 1 与 5 之间");
    assert_text(jv_at(errors, 1), "pointer", "/name");
    assert_text(jv_at(errors, 1), "detail", "必填");
    call_free(c);
}

static void test_fault_ceiling(void **state)
{
    struct call *c = call_new(1000);

    (void)state;
    for (int i = 0; i < FAULTS_MAX + 10; i++)
        fault_add(c, "/x", "required", NULL);
    assert_int_equal(c->nfaults, FAULTS_MAX);
    assert_true(faults_reply(c));
    assert_int_equal(jv_count(jv_get(body(c), "errors")), FAULTS_MAX);
    call_free(c);
}

static void test_call(void **state)
{
    struct call *a = call_new(5000000);
    struct call *b = call_new(1000);

    (void)state;
    assert_true(uuid7_valid(a->id));
    assert_string_not_equal(a->id, b->id);
    assert_int_equal(a->deadline - a->started, 5000000);
    assert_true(a->started <= clock_mono());
    a->query[a->nquery++] = (struct call_param){"sort", "-at"};
    assert_string_equal(call_query(a, "sort"), "-at");
    assert_null(call_query(a, "limit"));
    reply_empty(a, 204);
    assert_int_equal(a->reply.status, 204);
    assert_int_equal(a->reply.body.n, 0);
    call_free(a);
    call_free(b);
    call_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_members),
        cmocka_unit_test(test_language_and_detail),
        cmocka_unit_test(test_plugin_falls_back_to_core),
        cmocka_unit_test(test_replaces_what_was_begun),
        cmocka_unit_test(test_faults),
        cmocka_unit_test(test_fault_ceiling),
        cmocka_unit_test(test_call),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}

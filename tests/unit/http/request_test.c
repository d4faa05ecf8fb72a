#include "http/request.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#define SECRET "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMN-_0"
#define TOKEN "wl1_431129_" SECRET

static void test_language(void **state)
{
    static const struct {
        const char *accept;
        enum lang lang;
    } cases[] = {
        {NULL, LANG_ZH},
        {"", LANG_ZH},
        {"zh-CN", LANG_ZH},
        {"en", LANG_EN},
        {"EN-us", LANG_EN},
        {"e", LANG_ZH},
        {"eng", LANG_ZH},
        {"de, fr", LANG_ZH},
        {"de, en;q=0.1", LANG_EN},
        {"zh-CN,zh;q=0.9,en;q=0.8", LANG_ZH},
        {"en-GB,en;q=0.9,zh;q=0.95", LANG_EN},
        {"en;q=0.5,zh;q=0.8", LANG_ZH},
        {"en;q=0, zh;q=0", LANG_ZH},
        {"en; q=0.7, zh; q=0.65", LANG_EN},
        {",,, ,en", LANG_EN},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (language_choose(cases[i].accept) != cases[i].lang)
            fail_msg("%s", cases[i].accept ? cases[i].accept : "none");
}

static void test_etags(void **state)
{
    (void)state;
    assert_true(etag_listed("\"a\"", "\"a\""));
    assert_true(etag_listed("\"b\",\"a\"", "\"a\""));
    assert_true(etag_listed("W/\"a\"", "\"a\""));
    assert_true(etag_listed("\"a\"", "W/\"a\""));
    assert_true(etag_listed("*", "\"a\""));
    assert_false(etag_listed("", "\"a\""));
    assert_false(etag_listed("\"aa\"", "\"a\""));
    assert_false(etag_listed("a", "\"a\""));
    assert_false(etag_listed("\"*\"", "\"a\""));
}

static void test_tokens_in_lists(void **state)
{
    (void)state;
    assert_true(token_accepted("gzip, br", "br"));
    assert_true(token_accepted("gzip, BR;q=0.1", "br"));
    assert_false(token_accepted("gzip, br;q=0", "br"));
    assert_false(token_accepted("gzip, br;q=0.000", "br"));
    assert_false(token_accepted("brr", "br"));
    assert_false(token_accepted(NULL, "br"));
}

/* --- who asks -------------------------------------------------------------------------------- */

struct asked {
    const char *method, *authorization, *cookie, *csrf, *site, *origin;
    bool anonymous, secure;
    int county; /* what the call must hold: 0 is no token */
    int status; /* of the refusal; 0: none */
};

static void asked_check(const struct asked *q)
{
    struct call *c = call_new(1000);
    struct op op = {.method = q->method, .flags = q->anonymous ? OP_ANONYMOUS : 0};
    struct guard g = {0};
    bool fine;

    c->op = &op;
    c->method = q->method;
    g.field[HEAD_HOST] = "a.example:8431";
    g.field[HEAD_AUTHORIZATION] = q->authorization;
    g.field[HEAD_COOKIE] = q->cookie;
    g.field[HEAD_X_CSRF] = q->csrf;
    g.field[HEAD_SEC_FETCH_SITE] = q->site;
    g.field[HEAD_ORIGIN] = q->origin;
    fine = request_fill(c, &g, q->secure);
    if (fine != (q->status == 0) || c->reply.status != q->status || c->county != q->county ||
        (q->county != 0) != (c->secret != NULL) || (c->secret && strcmp(c->secret, SECRET) != 0))
        fail_msg("%s authorization=%s cookie=%s csrf=%s site=%s origin=%s: got %d, county %d",
                 q->method, q->authorization, q->cookie, q->csrf, q->site, q->origin,
                 c->reply.status, c->county);
    call_free(c);
}

static void test_bearer(void **state)
{
    static const char *const malformed[] = {
        "Bearer",
        "Bearer ",
        "Basic " TOKEN,
        "Bearer wl2_431129_" SECRET,
        "Bearer wl1_43112_" SECRET,
        "Bearer wl1_4311290" SECRET,
        "Bearer wl1_43112x_" SECRET,
        "Bearer wl1_431129_" SECRET "x",
        "Bearer wl1_431129_abc",
        "Bearer wl1_431129_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMN-_.",
        "Bearer wl1_431129_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMN- 0",
        TOKEN,
        "",
    };
    struct asked q = {.method = "POST", .county = 431129};

    (void)state;
    q.authorization = "Bearer " TOKEN;
    asked_check(&q);
    q.authorization = "bearer  " TOKEN;
    asked_check(&q);
    q.anonymous = true;
    q.county = 0;
    asked_check(&q);
    q.anonymous = false;
    for (size_t i = 0; i < sizeof malformed / sizeof *malformed; i++) {
        q.authorization = malformed[i];
        asked_check(&q);
    }
}

static void test_cookie(void **state)
{
    static const struct asked cases[] = {
        {.method = "GET", .cookie = "wl=" TOKEN, .county = 431129},
        {.method = "GET", .cookie = "a=b; wl=" TOKEN "; c=d", .county = 431129},
        {.method = "GET", .cookie = "xwl=" TOKEN},
        {.method = "GET", .cookie = "wl=" TOKEN "x"},
        {.method = "GET", .cookie = "wl"},
        {.method = "GET", .cookie = "__Host-wl=" TOKEN},
        {.method = "GET", .cookie = "wl=" TOKEN, .secure = true},
        {.method = "GET", .cookie = "__Host-wl=" TOKEN, .secure = true, .county = 431129},
        /* a page of another site can make the browser send the cookie, not the header */
        {.method = "POST", .cookie = "wl=" TOKEN, .status = 403},
        {.method = "PATCH", .cookie = "wl=" TOKEN, .status = 403},
        {.method = "PUT", .cookie = "wl=" TOKEN, .status = 403},
        {.method = "DELETE", .cookie = "wl=" TOKEN, .status = 403},
        {.method = "POST", .cookie = "wl=" TOKEN, .csrf = "0", .status = 403},
        {.method = "POST", .cookie = "wl=" TOKEN, .csrf = "1", .county = 431129},
        {.method = "POST", .cookie = "wl=" TOKEN, .csrf = "1", .site = "same-origin",
         .origin = "http://a.example:8431", .county = 431129},
        {.method = "POST", .cookie = "wl=" TOKEN, .csrf = "1", .site = "cross-site",
         .status = 403},
        {.method = "POST", .cookie = "wl=" TOKEN, .csrf = "1", .site = "same-site",
         .status = 403},
        {.method = "POST", .cookie = "wl=" TOKEN, .csrf = "1", .site = "none", .status = 403},
        {.method = "POST", .cookie = "wl=" TOKEN, .csrf = "1",
         .origin = "http://a.example:8432", .status = 403},
        {.method = "POST", .cookie = "wl=" TOKEN, .csrf = "1",
         .origin = "http://b.example", .status = 403},
        {.method = "POST", .cookie = "wl=" TOKEN, .csrf = "1", .origin = "null", .status = 403},
        /* a bearer token proves itself; an anonymous route has nothing to protect */
        {.method = "POST", .authorization = "Bearer " TOKEN, .cookie = "wl=" TOKEN,
         .county = 431129},
        {.method = "POST", .cookie = "wl=" TOKEN, .anonymous = true},
        {.method = "POST", .cookie = "wl=junk"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        asked_check(&cases[i]);
}

static bool key_taken(const char *key)
{
    struct call *c = call_new(1000);
    struct op op = {.method = "POST", .flags = OP_ANONYMOUS};
    struct guard g = {0};
    bool fine;

    c->op = &op;
    c->method = "POST";
    g.field[HEAD_IDEMPOTENCY_KEY] = key;
    fine = request_fill(c, &g, false);
    assert_int_equal(c->reply.status, fine ? 0 : 400);
    if (fine)
        assert_string_equal(c->idempotency_key, key);
    call_free(c);
    return fine;
}

static void test_idempotency_key(void **state)
{
    (void)state;
    assert_true(key_taken("a"));
    assert_true(key_taken("AZaz09_-.:"));
    assert_true(key_taken("0123456789012345678901234567890123456789012345678901234567890123"));
    assert_false(key_taken("01234567890123456789012345678901234567890123456789012345678901234"));
    assert_false(key_taken(""));
    assert_false(key_taken("a b"));
    assert_false(key_taken("a,b"));
    assert_false(key_taken("\xe4\xba\x94"));
}

/* --- from where ------------------------------------------------------------------------------- */

static void test_address(void **state)
{
    static const struct {
        const char *peer, *proxies, *said, *address;
    } cases[] = {
        {"10.0.0.1", NULL, "192.0.2.1", "10.0.0.1"},
        {"10.0.0.1", "", "192.0.2.1", "10.0.0.1"},
        {"10.0.0.1", "10.0.0.11 10.0.0.2", "192.0.2.1", "10.0.0.1"},
        {"10.0.0.1", "10.0.0.2 10.0.0.1", "192.0.2.1", "192.0.2.1"},
        {"10.0.0.1", "10.0.0.1", NULL, "10.0.0.1"},
        {"10.0.0.1", "10.0.0.1", "198.51.100.1,\t192.0.2.1 ", "192.0.2.1"},
        {"10.0.0.1", "10.0.0.1", "192.0.2.1, unknown", "10.0.0.1"},
        {"10.0.0.1", "10.0.0.1", "192.0.2.1:80", "10.0.0.1"},
        {"10.0.0.1", "10.0.0.1", " , ", "10.0.0.1"},
        {"::1", "::1", "2001:db8::7", "2001:db8::7"},
        {"local", "local", "192.0.2.1", "192.0.2.1"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct call *c = call_new(1000);
        struct guard g = {0};

        g.field[HEAD_X_FORWARDED_FOR] = cases[i].said;
        assert_string_equal(request_address(c, &g, cases[i].peer, cases[i].proxies),
                            cases[i].address);
        call_free(c);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_language),
        cmocka_unit_test(test_etags),
        cmocka_unit_test(test_tokens_in_lists),
        cmocka_unit_test(test_bearer),
        cmocka_unit_test(test_cookie),
        cmocka_unit_test(test_idempotency_key),
        cmocka_unit_test(test_address),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

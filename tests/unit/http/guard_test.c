#include "http/guard.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

/* A head as one string, "name:value" lines; the guard's verdict as text, "" when it passes. */
static const char *verdict(const char *method, const char *head, const char *hosts)
{
    static struct guard g;

    g = (struct guard){0};
    for (const char *at = head; *at;) {
        size_t line = strcspn(at, "\n");
        size_t name = strcspn(at, ":");
        static char value[64][128];

        snprintf(value[g.n % 64], sizeof value[0], "%.*s", (int)(line - name - 1), at + name + 1);
        guard_header(&g, at, name, value[g.n % 64], strlen(value[g.n % 64]));
        at += line + (at[line] == '\n');
    }
    return guard_close(&g, method, hosts) ? "" : g.code;
}

static void test_table(void **state)
{
    static const struct {
        const char *method, *head, *code;
    } cases[] = {
        {"GET", "Host:a.example", ""},
        {"GET", "host:A.EXAMPLE:8431", ""},
        {"GET", "Host:[::1]:8431", ""},
        {"GET", "Host:b.example", "bad_host"},
        {"GET", "Host:a.example.evil", "bad_host"},
        {"GET", "Host:", "bad_host"},
        {"GET", "Host:a.example:80:80", "bad_host"},
        {"GET", "Host:a.example:123456", "bad_host"},
        {"GET", "Host:a.example:8o", "bad_host"},
        {"GET", "Host:a.example/x", "bad_host"},
        {"GET", "Host:user@a.example", "bad_host"},
        {"GET", "Host:[::1", "bad_host"},
        {"GET", "Accept:*/*", "bad_host"},
        {"GET", "Host:a.example\nHost:a.example", "duplicate_header"},
        {"POST", "Host:a.example\nContent-Length:5", ""},
        {"POST", "Host:a.example\nContent-Length:5\nContent-Length:6", "duplicate_header"},
        {"POST", "Host:a.example\nContent-Length:5\ncontent-length:5", "duplicate_header"},
        {"POST", "Host:a.example\nContent-Length:+5", "bad_content_length"},
        {"POST", "Host:a.example\nContent-Length:-5", "bad_content_length"},
        {"POST", "Host:a.example\nContent-Length:5, 5", "bad_content_length"},
        {"POST", "Host:a.example\nContent-Length:", "bad_content_length"},
        {"POST", "Host:a.example\nContent-Length:0x5", "bad_content_length"},
        {"POST", "Host:a.example\nContent-Length:100000000000000000000", "bad_content_length"},
        {"POST", "Host:a.example\nContent-Length:5\nTransfer-Encoding:chunked",
         "length_and_encoding"},
        {"POST", "Host:a.example\nContent-Length:0\nTransfer-Encoding:chunked",
         "length_and_encoding"},
        {"POST", "Host:a.example\nTransfer-Encoding:chunked", ""},
        {"POST", "Host:a.example\nTransfer-Encoding:Chunked", ""},
        {"POST", "Host:a.example\nTransfer-Encoding:xchunked", "bad_transfer_encoding"},
        {"POST", "Host:a.example\nTransfer-Encoding:gzip, chunked", "bad_transfer_encoding"},
        {"POST", "Host:a.example\nTransfer-Encoding:chunked, chunked", "bad_transfer_encoding"},
        {"POST", "Host:a.example\nTransfer-Encoding:identity", "bad_transfer_encoding"},
        {"POST", "Host:a.example\nTransfer-Encoding:chunked\nTransfer-Encoding:chunked",
         "duplicate_header"},
        {"POST", "Host:a.example\nTransfer-Encoding :chunked", "bad_header_name"},
        {"GET", "Host:a.example\nX-A\tB:1", "bad_header_name"},
        {"GET", "Host:a.example\nX-\xe4\xba\x94:1", "bad_header_name"},
        {"GET", "Host:a.example\n:1", "bad_header_name"},
        {"GET", "Host:a.example\nX-A:a\x01"
                "b",
         "bad_header_value"},
        {"GET", "Host:a.example\nX-A:a\rb", "bad_header_value"},
        {"GET", "Host:a.example\nX-A:a\tb \xe4\xba\x94", ""},
        {"GET", "Host:a.example\nAuthorization:Bearer a\nAuthorization:Bearer b",
         "duplicate_header"},
        {"POST", "Host:a.example\nContent-Type:a/b\nContent-Type:a/b", "duplicate_header"},
        {"PATCH", "Host:a.example\nIf-Match:a\nIf-Match:b", "duplicate_header"},
        {"POST", "Host:a.example\nIdempotency-Key:a\nIdempotency-Key:b", "duplicate_header"},
        {"GET", "Host:a.example\nCookie:a=1\nCookie:b=1", "duplicate_header"},
        {"GET", "Host:a.example\nAccept-Language:zh\nAccept-Language:en", ""},
        {"GET", "Host:a.example\nContent-Length:0", ""},
        {"GET", "Host:a.example\nContent-Length:1", "body_not_allowed"},
        {"DELETE", "Host:a.example\nContent-Length:1", "body_not_allowed"},
        {"GET", "Host:a.example\nTransfer-Encoding:chunked", "body_not_allowed"},
        {"G@T", "Host:a.example", "bad_method"},
        {"ABCDEFGHIJKLMNOPQ", "Host:a.example", "bad_method"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *got = verdict(cases[i].method, cases[i].head, "127.0.0.1 a.example [::1]");

        if (strcmp(got, cases[i].code) != 0)
            fail_msg("%s %s: got \"%s\", want \"%s\"", cases[i].method, cases[i].head, got,
                     cases[i].code);
    }
}

static void test_any_host(void **state)
{
    (void)state;
    assert_string_equal(verdict("GET", "Host:whatever.example:80", "*"), "");
    assert_string_equal(verdict("GET", "Host:bad host", "*"), "bad_host");
    assert_string_equal(verdict("GET", "Accept:x", "*"), "bad_host");
}

static void test_count(void **state)
{
    struct guard g = {0};
    char name[16];

    (void)state;
    guard_header(&g, "Host", 4, "a", 1);
    for (int i = 1; i < GUARD_HEADERS_MAX; i++) {
        snprintf(name, sizeof name, "X-%d", i);
        guard_header(&g, name, strlen(name), "1", 1);
    }
    assert_true(guard_close(&g, "GET", "a"));
    guard_header(&g, "X-65", 4, "1", 1);
    assert_false(guard_close(&g, "GET", "a"));
    assert_int_equal(g.status, 431);
    assert_string_equal(g.code, "too_many_headers");
}

static void test_length_kept(void **state)
{
    struct guard g = {0};

    (void)state;
    guard_header(&g, "Host", 4, "a", 1);
    guard_header(&g, "Content-Length", 14, "1048577", 7);
    assert_true(guard_close(&g, "PUT", "a"));
    assert_int_equal(g.length, 1048577);
    assert_true(guard_has_body(&g));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table),
        cmocka_unit_test(test_any_host),
        cmocka_unit_test(test_count),
        cmocka_unit_test(test_length_kept),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

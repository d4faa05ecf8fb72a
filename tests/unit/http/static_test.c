#include "http/rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define HOST "Host: a.example\r\n"
#define GET(path, headers) "GET " path " HTTP/1.1\r\n" HOST headers "\r\n"

static char root[] = "/tmp/wulian-static-XXXXXX";
static struct rig rig;

static const char *below(const char *name)
{
    static char path[PATH_MAX];

    snprintf(path, sizeof path, "%s/%s", root, name);
    return path;
}

static void put(const char *name, const char *text)
{
    FILE *f = fopen(below(name), "w");

    assert_non_null(f);
    fputs(text, f);
    assert_int_equal(fclose(f), 0);
}

static const char *const made[] = {"index.html", "app.js",           "app.js.gz", "app.js.br",
                                   ".hidden",    "assets/a-1f.css", "lone.gz",   "empty.txt",
                                   "m/index.html"};

static int setup(void **state)
{
    struct rig_options o = {.static_root = root, .secure_cookie = true};

    (void)state;
    if (!mkdtemp(root))
        return -1;
    assert_int_equal(mkdir(below("assets"), 0700), 0);
    assert_int_equal(mkdir(below("m"), 0700), 0);
    for (size_t i = 0; i < sizeof made / sizeof *made; i++)
        put(made[i], strcmp(made[i], "empty.txt") == 0 ? "" : made[i]);
    assert_int_equal(symlink("/etc/passwd", below("link.txt")), 0);
    rig_start(&rig, &o);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    rig_stop(&rig);
    for (size_t i = 0; i < sizeof made / sizeof *made; i++)
        unlink(below(made[i]));
    unlink(below("link.txt"));
    rmdir(below("assets"));
    rmdir(below("m"));
    return rmdir(root);
}

static void assert_header(const struct rig_answer *a, const char *name, const char *want)
{
    char got[512];

    if (rig_header(a, name, got, sizeof got) != (want != NULL) || strcmp(got, want ? want : ""))
        fail_msg("%s: want %s, got %s", name, want ? want : "none", got);
}

static void test_files(void **state)
{
    static const struct {
        const char *text;
        int status;
        const char *body, *type, *encoding, *cache;
    } cases[] = {
        {GET("/", ""), 200, "index.html", "text/html; charset=utf-8", NULL, "no-cache"},
        {GET("/index.html", ""), 200, "index.html", "text/html; charset=utf-8", NULL, "no-cache"},
        {GET("/m/", ""), 200, "m/index.html", "text/html; charset=utf-8", NULL, "no-cache"},
        {GET("/m", ""), 200, "m/index.html", "text/html; charset=utf-8", NULL, "no-cache"},
        {GET("/m/app.js", ""), 404, NULL, "application/problem+json", NULL, "no-store"},
        {GET("/app.js", ""), 200, "app.js", "text/javascript; charset=utf-8", NULL, "no-cache"},
        {GET("/app.js?v=1", "Accept-Encoding: gzip\r\n"), 200, "app.js.gz",
         "text/javascript; charset=utf-8", "gzip", "no-cache"},
        {GET("/app.js", "Accept-Encoding: gzip, deflate, br\r\n"), 200, "app.js.br",
         "text/javascript; charset=utf-8", "br", "no-cache"},
        {GET("/app.js", "Accept-Encoding: gzip, br;q=0\r\n"), 200, "app.js.gz",
         "text/javascript; charset=utf-8", "gzip", "no-cache"},
        {GET("/assets/a-1f.css", "Accept-Encoding: br\r\n"), 200, "assets/a-1f.css",
         "text/css; charset=utf-8", NULL, "public, max-age=31536000, immutable"},
        {GET("/lone.gz", ""), 200, "lone.gz", "application/octet-stream", NULL, "no-cache"},
        {GET("/empty.txt", ""), 200, "", "text/plain; charset=utf-8", NULL, "no-cache"},
        {GET("/app.js.gz", ""), 404, NULL, "application/problem+json", NULL, "no-store"},
        {GET("/.hidden", ""), 404, NULL, "application/problem+json", NULL, "no-store"},
        {GET("/link.txt", ""), 404, NULL, "application/problem+json", NULL, "no-store"},
        {GET("/assets", ""), 404, NULL, "application/problem+json", NULL, "no-store"},
        {GET("/APP.js", ""), 404, NULL, "application/problem+json", NULL, "no-store"},
        {GET("/assets/../app.js", ""), 400, NULL, "application/problem+json", NULL, "no-store"},
        {"POST /app.js HTTP/1.1\r\n" HOST "\r\n", 405, NULL, "application/problem+json", NULL,
         "no-store"},
    };
    int fd = rig_connect(&rig);

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rig_answer a = rig_ask(&rig, fd, cases[i].text);

        if (a.status != cases[i].status || (cases[i].body && strcmp(a.body, cases[i].body) != 0))
            fail_msg("%s: got %d %s", cases[i].text, a.status, a.body);
        assert_header(&a, "Content-Type", cases[i].type);
        assert_header(&a, "Content-Encoding", cases[i].encoding);
        assert_header(&a, "Cache-Control", cases[i].cache);
        assert_header(&a, "X-Content-Type-Options", "nosniff");
        assert_header(&a, "Strict-Transport-Security", "max-age=31536000");
    }
    close(fd);
}

static void test_etag(void **state)
{
    int fd = rig_connect(&rig);
    struct rig_answer a = rig_ask(&rig, fd, GET("/app.js", ""));
    char plain[64], packed[64], text[256];

    (void)state;
    assert_true(rig_header(&a, "ETag", plain, sizeof plain));
    a = rig_ask(&rig, fd, GET("/app.js", "Accept-Encoding: br\r\n"));
    assert_true(rig_header(&a, "ETag", packed, sizeof packed));
    assert_string_not_equal(plain, packed);
    snprintf(text, sizeof text, GET("/app.js", "If-None-Match: %s\r\n"), plain);
    a = rig_ask(&rig, fd, text);
    assert_int_equal(a.status, 304);
    assert_header(&a, "ETag", plain);
    snprintf(text, sizeof text, GET("/app.js", "If-None-Match: %s\r\n"), packed);
    assert_int_equal(rig_ask(&rig, fd, text).status, 200);
    close(fd);
}

static void test_head(void **state)
{
    int fd = rig_connect(&rig);
    struct rig_answer a = rig_ask(&rig, fd, "HEAD /app.js HTTP/1.1\r\n" HOST "\r\n");

    (void)state;
    assert_int_equal(a.status, 200);
    assert_header(&a, "Content-Length", "6");
    assert_int_equal(rig_ask(&rig, fd, GET("/app.js", "")).status, 200);
    close(fd);
}

static void test_policy(void **state)
{
    int fd = rig_connect(&rig);
    struct rig_answer a = rig_ask(&rig, fd, GET("/", ""));
    char policy[512];

    (void)state;
    assert_true(rig_header(&a, "Content-Security-Policy", policy, sizeof policy));
    assert_non_null(strstr(policy, "default-src 'none'; script-src 'self';"));
    assert_non_null(strstr(policy, "frame-ancestors 'none'"));
    assert_null(strstr(policy, "unsafe"));
    close(fd);
}

static void test_secure_cookie(void **state)
{
    int fd = rig_connect(&rig);
    struct rig_answer a = rig_ask(&rig, fd, GET("/dressed", ""));

    (void)state;
    assert_header(&a, "Set-Cookie",
                  "__Host-wl=token; Path=/; HttpOnly; SameSite=Strict; Secure");
    close(fd);
}

static void test_page_without_build(void **state)
{
    struct rig_options o = {0};
    struct rig bare;
    struct rig_answer a;
    int fd;

    (void)state;
    rig_start(&bare, &o);
    fd = rig_connect(&bare);
    a = rig_ask(&bare, fd, GET("/", ""));
    assert_int_equal(a.status, 200);
    assert_non_null(strstr(a.body, "五联"));
    assert_non_null(strstr(a.body, "/api/v1/"));
    assert_non_null(strstr(a.body, "1.2.3"));
    a = rig_ask(&bare, fd, GET("/", "Accept-Language: en\r\n"));
    assert_non_null(strstr(a.body, "The server is running"));
    assert_int_equal(rig_ask(&bare, fd, GET("/index.html", "")).status, 404);
    close(fd);
    rig_stop(&bare);
}

static void test_root_refused(void **state)
{
    struct http_options o = {
        .listen_fd = -1, .hosts = "*", .static_root = "/nonexistent", .version = "1",
        .connections = 8, .header_ms = 1000, .body_ms = 1000, .request_ms = 1000};
    struct http_backend b = {0};
    const char *why = NULL;

    (void)state;
    assert_null(http_server_new(&o, NULL, 0, &b, &why));
    assert_non_null(strstr(why, "/nonexistent"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_files),
        cmocka_unit_test(test_etag),
        cmocka_unit_test(test_head),
        cmocka_unit_test(test_policy),
        cmocka_unit_test(test_secure_cookie),
        cmocka_unit_test(test_page_without_build),
        cmocka_unit_test(test_root_refused),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}

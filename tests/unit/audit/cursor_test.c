/* Places in the ledger: only those we made, only for the county we made them for. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "audit/cursor.h"
#include "tenant/keyring.h"

enum { ARENA_MAX = 1 << 20 };

static char path[] = "/tmp/wulian-cursor-XXXXXX";
static struct arena *arena;
static const struct audit_place place = {"2026-11-22 03:18:03.696858+00",
                                         "01a20142-c8af-7ec0-ad24-9166491a2b80"};

static int start(void **state)
{
    const char *why;
    int fd = mkstemp(path);

    (void)state;
    if (fd < 0 || dprintf(fd, "%064d", 7) != 64)
        return -1;
    close(fd);
    arena = arena_new(ARENA_MAX);
    return keyring_open(path, &why) ? 0 : -1;
}

static int stop(void **state)
{
    (void)state;
    unlink(path);
    arena_free(arena);
    return 0;
}

static void there_and_back(void **state)
{
    struct audit_place back;
    const char *text = audit_cursor(arena, 431129, place);

    (void)state;
    assert_true(audit_cursor_read(arena, 431129, text, &back));
    assert_string_equal(back.at, place.at);
    assert_string_equal(back.id, place.id);
}

static void not_ours(void **state)
{
    struct audit_place back;
    const char *text = audit_cursor(arena, 431129, place);

    (void)state;
    assert_false(audit_cursor_read(arena, 321311, text, &back));
    assert_false(audit_cursor_read(arena, 431129, "", &back));
    assert_false(audit_cursor_read(arena, 431129, "AAAA", &back));
    assert_false(audit_cursor_read(arena, 431129, "not base64!", &back));
    for (size_t i = 0; text[i]; i++) {
        char *bent = arena_strdup(arena, text);

        bent[i] = bent[i] == 'A' ? 'B' : 'A';
        /* the last character may hold spare bits */
        if (text[i + 1])
            assert_false(audit_cursor_read(arena, 431129, bent, &back));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(there_and_back),
        cmocka_unit_test(not_ours),
    };

    return cmocka_run_group_tests(tests, start, stop);
}

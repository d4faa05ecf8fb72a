#include "base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"
#include "base/time.h"

enum { LINE_MAX_BYTES = 4096, TAIL = 16, PROCESS_TEXT = 24 };

static struct {
    char process[PROCESS_TEXT];
    enum log_level least;
} config = {"wulian", LOG_INFO};

/* One line being built; lives on the stack, for logging must work when nothing else does. */
struct line {
    char p[LINE_MAX_BYTES];
    size_t n;
    bool cut;
};

void log_open(const char *process, enum log_level least)
{
    str_format(config.process, sizeof config.process, "%s", process);
    config.least = least;
}

static void put(struct line *l, const char *p, size_t n)
{
    /* the tail stays free for the closing quote and brace */
    if (l->cut || n > sizeof l->p - TAIL - l->n) {
        l->cut = true;
        return;
    }
    memcpy(l->p + l->n, p, n);
    l->n += n;
}

static bool must_escape(uint32_t c)
{
    return c < 0x20 || c == '"' || c == '\\' || (c >= 0x7F && c < 0xA0) || c == 0x061C ||
           c == 0x200E || c == 0x200F || (c >= 0x2028 && c <= 0x202E) ||
           (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF || c == 0xFFFD;
}

static void put_escaped(struct line *l, const char *s)
{
    while (*s && !l->cut) {
        const char *from = s;
        uint32_t c = utf8_next(&s);
        char hex[8];

        if (must_escape(c)) {
            str_format(hex, sizeof hex, "\\u%04x", (unsigned)c);
            put(l, hex, 6);
        } else {
            put(l, from, (size_t)(s - from));
        }
    }
}

static void put_member(struct line *l, const char *key, const char *text)
{
    put(l, key, strlen(key));
    put_escaped(l, text);
    put(l, "\"", 1);
}

static void put_head(struct line *l, enum log_level level, const char *event)
{
    static const char *const names[] = {"debug", "info", "warn", "error"};
    char at[TIME_TEXT];
    char pid[32];

    time_format(clock_us(), at);
    put_member(l, "{\"at\":\"", at);
    put_member(l, ",\"level\":\"", names[level]);
    put_member(l, ",\"process\":\"", config.process);
    str_format(pid, sizeof pid, ",\"pid\":%ld", (long)getpid());
    put(l, pid, strlen(pid));
    put_member(l, ",\"event\":\"", event);
}

/* A short write to a pipe or file is not repeated: half a line from us between two of others would
 * be worse than a lost one. */
static void line_write(const struct line *l)
{
    ssize_t done;

    do {
        done = write(STDERR_FILENO, l->p, l->n);
    } while (done < 0 && errno == EINTR);
}

void log_line(enum log_level level, const char *event, const char *fmt, ...)
{
    static const char cut_end[] = "…\"}\n";
    int saved = errno;
    char text[LINE_MAX_BYTES];
    struct line l;
    va_list ap;

    if (level < config.least)
        return;
    l.n = 0;
    l.cut = false;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    put_head(&l, level, event);
    put(&l, ",\"text\":\"", 9);
    put_escaped(&l, text);
    if (l.cut) {
        memcpy(l.p + l.n, cut_end, sizeof cut_end - 1);
        l.n += sizeof cut_end - 1;
    } else {
        memcpy(l.p + l.n, "\"}\n", 3);
        l.n += 3;
    }
    line_write(&l);
    errno = saved;
}

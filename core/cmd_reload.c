/* `wulian reload`: asks the running server for a reload and says how it went. */
#include "cli.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/str.h"
#include "base/time.h"
#include "control.h"
#include "json/jw.h"

static const char usage[] =
    "usage: wulian reload [--config FILE | --embedded DIR] [--json]\n"
    "\n"
    "Has the running server take over what has changed, without a pause: settings are read anew,\n"
    "and new processes start from the program, plugins and console as they are now. When all are\n"
    "ready the old ones end, after what they have in flight. When one is not, the old ones go on,\n"
    "and the exit status is 1 with the reason. SIGHUP to the server does the same.\n"
    "\n"
    "  --json  one JSON object: ok, why, steps, ms\n"
    "\n"
    "A new version with migrations: put its files in place, wulian migrate, wulian reload. The\n"
    "server is found by the setting process.control. http.listen, process.user and what\n"
    "--embedded names need a restart instead.\n";

enum { REPLY_MAX = 64 << 10, PATIENCE_S = 180, STEPS_MAX = 64 };

struct answer {
    const char *steps[STEPS_MAX];
    int n;
    bool ok;
    const char *why; /* NULL: ok */
};

static void line_take(struct answer *r, const char *line, bool json)
{
    if (str_eq(line, CONTROL_OK)) {
        r->ok = true;
        r->why = NULL;
    } else if (str_starts(line, CONTROL_FAILED)) {
        r->why = line + strlen(CONTROL_FAILED);
    } else if (r->n < STEPS_MAX) {
        r->steps[r->n++] = line;
        if (!json)
            puts(line);
        fflush(stdout);
    }
}

/* Line by line as they come, until the server lets go. */
static void answer_read(struct arena *a, int fd, struct answer *r, bool json)
{
    char *text = arena_alloc(a, REPLY_MAX);
    char *line = text, *end;
    size_t n = 0;
    ssize_t got = 0;

    r->why = "the server ended meanwhile: see its log";
    while (n + 1 < REPLY_MAX && (got = read(fd, text + n, REPLY_MAX - 1 - n)) > 0) {
        n += (size_t)got;
        text[n] = '\0';
        for (; (end = strchr(line, '\n')); line = end + 1) {
            *end = '\0';
            line_take(r, line, json);
        }
    }
    if (got < 0)
        r->why = "the server does not answer";
}

static void answer_print(const struct answer *r, int64_t ms)
{
    struct buf out;
    struct jw w;

    buf_init(&out, 2 * REPLY_MAX);
    jw_init(&w, &out);
    jw_object(&w);
    jw_key(&w, "ok");
    jw_bool(&w, r->ok);
    jw_kv_text(&w, "why", r->why);
    jw_key(&w, "steps");
    jw_array(&w);
    for (int i = 0; i < r->n; i++)
        jw_text(&w, r->steps[i]);
    jw_end(&w, ']');
    jw_kv_int(&w, "ms", ms);
    jw_end(&w, '}');
    printf("%.*s\n", (int)out.n, out.p);
    buf_free(&out);
}

static enum exit_status reload(const struct cli *c, const char *path, bool json)
{
    const struct timeval patience = {.tv_sec = PATIENCE_S};
    int64_t began = clock_mono();
    struct answer r = {0};
    int fd = control_connect(path);

    if (fd < 0)
        return cli_fail(c, "no server answers at %s: %s", path, strerror(errno));
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (send(fd, CONTROL_RELOAD, strlen(CONTROL_RELOAD), MSG_NOSIGNAL) > 0)
        answer_read(c->arena, fd, &r, json);
    else
        r.why = strerror(errno);
    close(fd);
    if (json)
        answer_print(&r, (clock_mono() - began) / 1000);
    else if (!r.ok)
        return cli_fail(c, "%s", r.why);
    return r.ok ? EXIT_OK : EXIT_FAILED;
}

int cmd_reload(int argc, char **argv)
{
    enum exit_status status = EXIT_USAGE;
    bool json = false;
    const struct cli_option options[] = {{"--json", NULL, &json}};
    struct cli c;
    enum cli_next next = cli_open(&c, "reload", usage, argc, argv, options, 1);

    if (next == CLI_DONE) {
        status = EXIT_OK;
    } else if (next == CLI_GO && c.nwords == 0) {
        const char *path = settings_text(&c.settings, "process.control");

        if (*path)
            status = reload(&c, path, json);
        else
            cli_fail(&c, "which server? give --embedded DIR, or set process.control");
    } else if (next == CLI_GO) {
        cli_fail(&c, "unknown word %s", c.words[0]);
    }
    cli_close(&c);
    return status;
}

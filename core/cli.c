#include "cli.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/str.h"
#include "crypto/crypto.h"

enum { ARENA_MAX = 256 << 20, CONNECT_MS = 10000, BAR = 40, SECRET_MAX = 300, WIDTH_MAX = 60 };

/* --- options ---------------------------------------------------------------------------------- */

static const struct cli_option *option_find(const char *name, const struct cli_option *options,
                                            int n)
{
    for (int i = 0; i < n; i++)
        if (str_eq(options[i].name, name))
            return &options[i];
    return NULL;
}

static bool options_read(struct cli *c, int argc, char **argv, const struct cli_option *options,
                         int n)
{
    c->words = arena_alloc(c->arena, (size_t)(argc + 1) * sizeof *c->words);
    for (int i = 1; i < argc; i++) {
        const struct cli_option *o = option_find(argv[i], options, n);

        if (o && o->flag) {
            *o->flag = true;
        } else if (o && i + 1 < argc) {
            *o->text = argv[++i];
        } else if (o) {
            fprintf(stderr, "wulian %s: %s needs a value\n", c->name, argv[i]);
            return false;
        } else if (str_starts(argv[i], "--")) {
            fprintf(stderr, "wulian %s: unknown option %s; see --help\n", c->name, argv[i]);
            return false;
        } else {
            c->words[c->nwords++] = argv[i];
        }
    }
    return true;
}

enum cli_next cli_open(struct cli *c, const char *name, const char *usage, int argc, char **argv,
                       const struct cli_option *options, int n)
{
    *c = (struct cli){.name = name, .arena = arena_new(ARENA_MAX)};
    if (!settings_from_args(&c->settings, &argc, argv))
        return CLI_WRONG;
    if (c->settings.help) {
        fputs(usage, stdout);
        return CLI_DONE;
    }
    return options_read(c, argc, argv, options, n) ? CLI_GO : CLI_WRONG;
}

void cli_close(struct cli *c)
{
    arena_free(c->arena);
    settings_free(&c->settings);
}

enum exit_status cli_fail(const struct cli *c, const char *fmt, ...)
{
    va_list ap;

    cli_progress_end();
    fprintf(stderr, "wulian %s: ", c->name);
    va_start(ap, fmt);
    vfprintf(stderr, fmt, ap);
    va_end(ap);
    fputc('\n', stderr);
    return EXIT_FAILED;
}

/* --- database --------------------------------------------------------------------------------- */

struct db_conn *cli_connect(const struct cli *c, const char *setting)
{
    const char *dsn = settings_text(&c->settings, setting);
    struct db_conn *conn;
    char *why = NULL;

    if (*dsn == '\0') {
        cli_fail(c, "no database: give --embedded DIR or the setting %s", setting);
        return NULL;
    }
    conn = db_open(dsn, CONNECT_MS, &why);
    if (!conn)
        cli_fail(c, "%s: %s", setting, why);
    db_why_free(why);
    return conn;
}

bool cli_run(const struct cli *c, struct db_conn *conn, struct db_batch *b)
{
    if (db_run(conn, b) == DB_OK)
        return true;
    cli_fail(c, "%s", b->status == DB_REFUSED ? b->error.message : "the database does not answer");
    return false;
}

const char *cli_array(struct arena *a, const char *const *items, size_t n)
{
    enum { MAX = 64 << 20 };
    const char *text;
    struct buf b;

    buf_init(&b, MAX);
    buf_char(&b, '{');
    for (size_t i = 0; i < n; i++) {
        buf_str(&b, i ? ",\"" : "\"");
        for (const char *s = items[i]; *s; s++) {
            if (*s == '"' || *s == '\\')
                buf_char(&b, '\\');
            buf_char(&b, *s);
        }
        buf_char(&b, '"');
    }
    buf_char(&b, '}');
    text = arena_strndup(a, b.p, b.n);
    buf_free(&b);
    return text;
}

/* --- terminal --------------------------------------------------------------------------------- */

void cli_progress(const char *what, double share)
{
    int n = (int)(share * BAR);

    if (!isatty(STDERR_FILENO))
        return;
    fprintf(stderr, "\r%s [%.*s%*s] %3d %%", what, n, "########################################",
            BAR - n, "", (int)(share * 100));
}

void cli_progress_end(void)
{
    if (isatty(STDERR_FILENO))
        fputs("\r\033[K", stderr);
}

/* Places on a terminal: CJK and full-width forms take two. */
static int width(const char *s)
{
    uint32_t u;
    int n = 0;

    while ((u = utf8_next(&s)))
        n += u >= 0x1100 && (u <= 0x115f || (u >= 0x2e80 && u <= 0xa4cf) ||
                             (u >= 0xac00 && u <= 0xd7a3) || (u >= 0xf900 && u <= 0xfaff) ||
                             (u >= 0xfe30 && u <= 0xfe6f) || (u >= 0xff00 && u <= 0xff60) ||
                             (u >= 0xffe0 && u <= 0xffe6) || (u >= 0x20000 && u <= 0x3fffd))
                 ? 2
                 : 1;
    return n;
}

static void line_print(const char *const *cells, const int *widths, int columns)
{
    for (int i = 0; i < columns; i++) {
        int pad = i + 1 < columns ? widths[i] - width(cells[i]) + 2 : 0;

        printf("%s%*s", cells[i], pad > 0 ? pad : (i + 1 < columns), "");
    }
    putchar('\n');
}

void cli_table(const char *const *titles, int columns, const char *const *cells, size_t rows)
{
    enum { COLUMNS_MAX = 16 };
    int widths[COLUMNS_MAX];

    for (int i = 0; i < columns && i < COLUMNS_MAX; i++) {
        widths[i] = width(titles[i]);
        for (size_t row = 0; row < rows; row++) {
            int n = width(cells[row * (size_t)columns + (size_t)i]);

            if (n > widths[i] && n <= WIDTH_MAX)
                widths[i] = n;
        }
    }
    line_print(titles, widths, columns);
    for (size_t row = 0; row < rows; row++)
        line_print(cells + row * (size_t)columns, widths, columns);
}

/* Ctrl-C comes as a character, so that the terminal is never left without echo: it gives NULL. */
static const char *line_read(struct arena *a, int fd)
{
    enum { CTRL_C = 3 };
    char line[SECRET_MAX] = "";
    const char *out;
    size_t n = 0;

    while (n + 1 < sizeof line && read(fd, line + n, 1) == 1 && line[n] != '\n' &&
           line[n] != CTRL_C)
        n++;
    out = line[n] == CTRL_C ? NULL : arena_strndup(a, line, n);
    crypto_wipe(line, sizeof line);
    return out;
}

const char *cli_secret(struct arena *a, const char *prompt)
{
    struct termios old, quiet;
    const char *line = NULL;
    int fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);

    if (fd < 0)
        return NULL;
    if (tcgetattr(fd, &old) != 0)
        goto out;
    quiet = old;
    quiet.c_lflag &= ~(tcflag_t)(ECHO | ISIG);
    if (tcsetattr(fd, TCSAFLUSH, &quiet) != 0)
        goto out;
    dprintf(fd, "%s", prompt);
    line = line_read(a, fd);
    dprintf(fd, "\n");
    tcsetattr(fd, TCSAFLUSH, &old);
out:
    close(fd);
    return line;
}

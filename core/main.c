/* wulian: one binary, subcommands like git's. */
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "command.h"

struct command {
    const char *name;
    const char *help; /* NULL: hidden */
    int (*run)(int argc, char **argv);
};

static const struct command commands[] = {
    {"serve", "run the server", cmd_serve},
    {"reload", "take over new settings, program and plugins without a pause", cmd_reload},
    {"migrate", "bring the database to this version", cmd_migrate},
    {"divisions", "open a county and import its divisions", cmd_divisions},
    {"user", "make the first accounts of a county", cmd_user},
    {"audit", "show the audit ledger to the audit administrator", cmd_audit},
    {"keys", "list and change the keys of encrypted fields", cmd_keys},
    {"chores", "list what the clock brings, and do it ahead of time", cmd_chores},
    {"demo", "load the demonstration county", cmd_demo},
    {"doctor", "say what is wrong and what to do", cmd_doctor},
    {"plugin", "list, describe and check plugins", cmd_plugin},
    {"openapi", "print the OpenAPI document", cmd_openapi},
    {"worker", NULL, cmd_worker},
    {"jobs", NULL, cmd_jobs},
};

enum { COMMANDS = sizeof commands / sizeof commands[0], WORD_MAX = 32 };

static void usage(FILE *out)
{
    fputs("usage: wulian COMMAND [OPTION…]\n\n", out);
    for (size_t i = 0; i < COMMANDS; i++)
        if (commands[i].help)
            fprintf(out, "  %-10s %s\n", commands[i].name, commands[i].help);
    fputs("\nwulian COMMAND --help says more. wulian --version prints the version.\n"
          "Exit status: 0 done, 1 failed, 2 wrong usage.\n",
          out);
}

static int least(int a, int b)
{
    return a < b ? a : b;
}

/* Edit distance of two short words (Wagner–Fischer, one row). */
static int distance(const char *a, const char *b)
{
    size_t m = strlen(b);
    int row[WORD_MAX + 1];

    for (size_t j = 0; j <= m; j++)
        row[j] = (int)j;
    for (size_t i = 1; a[i - 1]; i++) {
        int diagonal = row[0];

        row[0] = (int)i;
        for (size_t j = 1; j <= m; j++) {
            int replaced = diagonal + (a[i - 1] != b[j - 1]);

            diagonal = row[j];
            row[j] = least(replaced, least(row[j], row[j - 1]) + 1);
        }
    }
    return row[m];
}

static int unknown(const char *word)
{
    const char *best = NULL;
    int nearest = 4;

    fprintf(stderr, "wulian: unknown command %s", word);
    for (size_t i = 0; i < COMMANDS && strlen(word) < WORD_MAX; i++) {
        int d = distance(word, commands[i].name);

        if (commands[i].help && d < nearest) {
            nearest = d;
            best = commands[i].name;
        }
    }
    if (best)
        fprintf(stderr, "; did you mean %s?\n", best);
    else
        fputs("; see wulian --help\n", stderr);
    return EXIT_USAGE;
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        usage(stderr);
        return EXIT_USAGE;
    }
    if (str_eq(argv[1], "--help") || str_eq(argv[1], "help")) {
        usage(stdout);
        return EXIT_OK;
    }
    if (str_eq(argv[1], "--version")) {
        puts("wulian " WULIAN_VERSION);
        return EXIT_OK;
    }
    for (size_t i = 0; i < COMMANDS; i++)
        if (str_eq(argv[1], commands[i].name))
            return commands[i].run(argc - 1, argv + 1);
    return unknown(argv[1]);
}

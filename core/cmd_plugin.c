/* `wulian plugin list|describe|check|new|release`: looks at plugins without a server, begins one,
 * and lets one serve again. */
#include "command.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "call/messages.h"
#include "plugin/describe.h"
#include "plugin/modules.h"
#include "plugin/scaffold.h"
#include "quarantine.h"
#include "settings.h"

enum { ARENA_MAX = 256 << 20 };

static const char usage[] =
    "usage: wulian plugin list [--json]\n"
    "       wulian plugin describe NAME\n"
    "       wulian plugin check [NAME…]\n"
    "       wulian plugin new NAME [--dir plugins]\n"
    "       wulian plugin release NAME [--embedded DIR]\n"
    "\n"
    "list      name, version, records and routes of every plugin the settings enable, and why one\n"
    "          is held back\n"
    "describe  the plugin's whole description as JSON: records, fields, actions, routes, access\n"
    "check     loads the plugins, held back or not, and says what the loader would refuse;\n"
    "          `wulian migrate` also holds them against the database\n"
    "new       writes a folder with a description, its SQL, texts and a test, which `make` builds\n"
    "          and which passes that test; DIR is the `plugins` folder of a source tree\n"
    "release   a plugin that was held back because it crashed again and again serves anew, within\n"
    "          seconds and without a restart\n";

static const char *reason_of(const char *name)
{
    const char *key = plugin_hold_text(plugin_hold(name));
    return key ? message(LANG_EN, NULL, key) : NULL;
}

static void plugin_json(const struct wl_plugin *p)
{
    printf("{\"name\":\"%s\",\"version\":\"%s\",\"records\":%u,\"routes\":%u,"
           "\"quarantined\":%s}",
           p->name, p->version, p->records.count, p->routes.count,
           plugin_quarantined(p->name) ? "true" : "false");
}

static void plugin_line(const struct wl_plugin *p)
{
    const char *reason = reason_of(p->name);
    printf("%-16s %-10s %u records, %u routes%s%s\n", p->name, p->version, p->records.count,
           p->routes.count, reason ? ": " : "", reason ? reason : "");
}

static void left_out_json(const char *name)
{
    printf("{\"name\":\"%s\",\"version\":null,\"records\":null,\"routes\":null,"
           "\"quarantined\":true}",
           name);
}

static void left_out_line(const char *name)
{
    printf("%-16s %-10s %s\n", name, "-", reason_of(name));
}

static void list_print(struct arena *a, const struct module_list *m, bool json)
{
    const char *between = json ? "," : "", *name;
    size_t length;
    int n = 0;
    fputs(json ? "[" : "", stdout);
    for (int i = 0; i < m->n; i++)
        if (!m->items[i].linked) {
            fputs(n++ ? between : "", stdout);
            (json ? plugin_json : plugin_line)(m->items[i].plugin);
        }
    for (const char *at = plugins_left_out(); (name = str_word_next(&at, &length));) {
        fputs(n++ ? between : "", stdout);
        (json ? left_out_json : left_out_line)(arena_strndup(a, name, length));
    }
    fputs(json ? "]\n" : "", stdout);
}

static const struct wl_plugin *plugin_named(const struct module_list *m, const char *name)
{
    for (int i = 0; i < m->n; i++)
        if (str_eq(m->items[i].plugin->name, name))
            return m->items[i].plugin;
    return NULL;
}

static enum exit_status describe_print(struct arena *a, const struct module_list *m,
                                       const char *name)
{
    const struct wl_plugin *p = plugin_named(m, name);
    if (!p) {
        const char *reason = reason_of(name);
        fprintf(stderr, "wulian plugin: %s%s\n", reason ? reason : "no plugin ",
                reason ? "" : name);
        return EXIT_FAILED;
    }
    puts(plugin_describe(a, p));
    return EXIT_OK;
}

static enum exit_status run(const struct settings *s, int argc, char **argv)
{
    struct arena *a = arena_new(ARENA_MAX);
    struct module_options o = module_options_of(s);
    struct quarantine *held = arena_alloc(a, sizeof *held);
    struct module_list modules;
    const char *why = "";
    bool check = str_eq(argv[1], "check");
    enum exit_status status = EXIT_OK;
    if (!check) {
        quarantine_read(a, settings_text(s, "plugins.quarantine"), held);
        quarantine_obey(held);
    }
    if (check && argc > 2)
        o.names = "";
    for (int i = 2; check && i < argc; i++)
        o.names = arena_printf(a, "%s%s%s", o.names, i > 2 ? " " : "", argv[i]);
    if (!modules_load(a, &o, &modules, &why)) {
        fprintf(stderr, "wulian plugin: %s\n", why);
        status = EXIT_FAILED;
    } else if (str_eq(argv[1], "describe")) {
        status = describe_print(a, &modules, argv[2]);
    } else {
        list_print(a, &modules, argc > 2 && str_eq(argv[2], "--json"));
    }
    arena_free(a);
    return status;
}

static enum exit_status begin(const struct settings *s, int argc, char **argv)
{
    struct arena *a = arena_new(ARENA_MAX);
    const char *dir = argc == 5 ? argv[4] : "plugins", *name = argv[2], *why = "";
    bool made = plugin_scaffold(a, settings_text(s, "paths.core"), dir, name, &why);
    if (made)
        printf("%s/%s is written. What now:\n"
               "  make && WULIAN_BUILD=build node --test %s/%s/tests/\n",
               dir, name, dir, name);
    else
        fprintf(stderr, "wulian plugin: %s\n", why);
    arena_free(a);
    return made ? EXIT_OK : EXIT_FAILED;
}

static enum exit_status release(const struct settings *s, const char *name)
{
    struct arena *a = arena_new(ARENA_MAX);
    const char *dir = settings_text(s, "plugins.quarantine"), *why = NULL;
    bool done = quarantine_release(a, dir, name, &why);
    if (done)
        printf("%s serves again\n", name);
    else
        fprintf(stderr, "wulian plugin: %s%s\n", why ? why : name, why ? "" : " is not held back");
    arena_free(a);
    return done ? EXIT_OK : EXIT_FAILED;
}

static bool arguments_known(int argc, char **argv)
{
    if (argc < 2)
        return false;
    if (str_eq(argv[1], "new"))
        return (argc == 3 && argv[2][0] != '-') || (argc == 5 && str_eq(argv[3], "--dir"));
    return str_eq(argv[1], "list") || str_eq(argv[1], "check") ||
           ((str_eq(argv[1], "describe") || str_eq(argv[1], "release")) && argc == 3);
}

int cmd_plugin(int argc, char **argv)
{
    struct settings s = {0};
    enum exit_status status = EXIT_USAGE;
    if (!settings_from_args(&s, &argc, argv))
        goto out;
    bool known = arguments_known(argc, argv);
    if (s.help || !known)
        fputs(usage, s.help ? stdout : stderr);
    if (s.help)
        status = EXIT_OK;
    else if (known && str_eq(argv[1], "release"))
        status = release(&s, argv[2]);
    else if (known)
        status = str_eq(argv[1], "new") ? begin(&s, argc, argv) : run(&s, argc, argv);
out:
    settings_free(&s);
    return status;
}

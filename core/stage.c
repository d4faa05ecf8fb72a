#include "stage.h"

#include <grp.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/log.h"
#include "base/str.h"
#include "place.h"
#include "settings.h"

static const struct {
    const char *setting, *name;
} folders[] = {
    {"paths.plugins", "so"}, {"paths.plugins_sql", "plugins"},
    {"paths.sql", "sql"},    {"paths.core", "core"},
    {"paths.web", "web"},
};

enum { FOLDERS = sizeof folders / sizeof folders[0] };

/* Only the kernel knows for sure, so a child of that user tries; what does not exist does not
 * count, and only root sees that. */
static bool reach(const struct settings *s, const char *exe)
{
    const struct place *p = s->place;
    bool there[FOLDERS];
    bool ok;
    int status = 1;
    pid_t pid;

    for (size_t i = 0; i < FOLDERS; i++)
        there[i] = access(settings_text(s, folders[i].setting), F_OK) == 0;
    pid = fork();
    if (pid == 0) {
        ok = setgroups(0, NULL) == 0 && setgid(p->gid) == 0 && setuid(p->uid) == 0 &&
             access(exe, X_OK) == 0;
        for (size_t i = 0; ok && i < FOLDERS; i++)
            ok = !there[i] || access(settings_text(s, folders[i].setting), R_OK | X_OK) == 0;
        _exit(ok ? 0 : 1);
    }
    return pid > 0 && waitpid(pid, &status, 0) == pid && status == 0;
}

/* A shell would be one more thing to quote for: each step is one program with its arguments. */
static enum process_end step(const struct settings *s, struct signals *signals,
                             const char *const *args)
{
    enum { ARGS = 8 };
    char *argv[ARGS] = {NULL};
    struct launch l = {.name = args[0],
                       .argv = argv,
                       .env = settings_environment(s->arena, s, "*"),
                       .death_signal = 9};

    for (int i = 0; i < ARGS - 1 && args[i]; i++)
        argv[i] = arena_strdup(s->arena, args[i]);
    return process_run(&l, signals);
}

static enum process_end copy_all(const struct settings *s, const char *exe, const char *to,
                                 struct signals *signals)
{
    enum process_end end = step(s, signals, (const char *[]){"/bin/mkdir", to, NULL});

    if (end == PROCESS_OK)
        end = step(s, signals,
                   (const char *[]){"/bin/cp", exe, arena_printf(s->arena, "%s/wulian", to), NULL});
    for (size_t i = 0; end == PROCESS_OK && i < FOLDERS; i++) {
        const char *from = settings_text(s, folders[i].setting);
        const char *copy = arena_printf(s->arena, "%s/%s", to, folders[i].name);

        if (access(from, F_OK) == 0)
            /* the loader must see a file that anybody may write as such */
            end = step(s, signals,
                       (const char *[]){"/bin/cp", "-RL", "--preserve=mode", "--", from, copy,
                                        NULL});
    }
    if (end == PROCESS_OK)
        end = step(s, signals, (const char *[]){"/bin/chmod", "-R", "u+rwX,go+rX", to, NULL});
    return end;
}

enum process_end stage_make(struct settings *s, int generation, const char **exe,
                            struct signals *signals)
{
    const char *to;
    enum process_end end;

    if (!s->place || !s->place->drop || reach(s, *exe))
        return PROCESS_OK;
    to = arena_printf(s->arena, "%s/stage%s", s->place->state, generation % 2 ? ".1" : "");
    end = step(s, signals, (const char *[]){"/bin/rm", "-rf", "--", to, NULL});
    if (end == PROCESS_OK)
        end = copy_all(s, *exe, to, signals);
    if (end != PROCESS_OK)
        return end;
    for (size_t i = 0; i < FOLDERS; i++)
        if (access(settings_text(s, folders[i].setting), F_OK) == 0)
            settings_set(s, folders[i].setting,
                         arena_printf(s->arena, "%s/%s", to, folders[i].name));
    *exe = arena_printf(s->arena, "%s/wulian", to);
    log_line(LOG_INFO, "staged", "user %s cannot reach the checkout: children run from %s",
             s->place->user, to);
    return PROCESS_OK;
}

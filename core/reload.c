#include "reload.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/log.h"
#include "base/str.h"
#include "base/time.h"
#include "control.h"
#include "master.h"
#include "settings.h"
#include "stage.h"

enum {
    SECOND = 1000 * 1000,
    READY_US = 30 * SECOND,
    PAST_US = 35 * SECOND, /* they give themselves 30 s */
    LINE_BYTES = 512
};

/* What the master uses itself, and has used. */
static const char *const lasting[] = {"http.listen", "metrics.listen", "process.user",
                                      "process.control", "embedded.bin", "plugins.crash_limit",
                                      "plugins.crash_window_s", "plugins.quarantine"};

static void say(struct master *m, enum log_level level, const char *event, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
static void say(struct master *m, enum log_level level, const char *event, const char *fmt, ...)
{
    char line[LINE_BYTES];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(line, sizeof line, fmt, ap);
    va_end(ap);
    log_line(level, event, "%s", line);
    control_say(&m->control, line);
}

/* --- the end of a reload, one way or the other ------------------------------------------------ */

static void reload_end(struct master *m, const char *verdict)
{
    control_say(&m->control, verdict);
    control_end(&m->control);
    m->reload = RELOAD_NONE;
}

static void reload_failed(struct master *m, const char *why)
{
    char verdict[LINE_BYTES];

    for (int i = m->n - 1; i >= 0; i--)
        if (m->child[i].age == AGE_NEXT)
            child_dismiss(m, &m->child[i], SIGKILL);
    log_line(LOG_ERROR, "reload_failed", "%s: the old ones go on", why);
    (void)str_format(verdict, sizeof verdict, CONTROL_FAILED "%s", why);
    generation_end(&m->next);
    settings_free(m->next.settings); /* `why` may lie there */
    reload_end(m, verdict);
}

/* From here on there is no way back, and none is needed: all of the new ones serve. */
static void generation_switch(struct master *m)
{
    int left = 0;

    for (int i = m->n - 1; i >= 0; i--) {
        struct child *c = &m->child[i];

        if (c->age == AGE_NEXT) {
            c->age = AGE_NOW;
        } else if (c->age == AGE_NOW && c->kind != CHILD_DATABASE) {
            left += c->pid != 0;
            child_dismiss(m, c, 0);
        }
    }
    if (m->now.settings != m->settings)
        settings_free(m->now.settings);
    generation_end(&m->now);
    m->now = m->next;
    log_open("master", settings_log_level(m->now.settings));
    say(m, LOG_INFO, "reloaded", "%d old processes take nothing new and end within 30 s", left);
    reload_end(m, CONTROL_OK);
}

/* --- its way ---------------------------------------------------------------------------------- */

/* The old value stays in force, so the next reload warns again. */
static void lasting_keep(struct master *m)
{
    for (size_t i = 0; i < sizeof lasting / sizeof lasting[0]; i++) {
        const char *old = settings_text(m->now.settings, lasting[i]);

        if (str_eq(settings_text(m->next.settings, lasting[i]), old))
            continue;
        settings_set(m->next.settings, lasting[i], old);
        say(m, LOG_WARN, "reload", "%s has changed: that needs a restart", lasting[i]);
    }
}

static void next_start(struct master *m, enum child_kind kind)
{
    struct child *c = child_add(m, kind);

    c->age = AGE_NEXT;
    child_start(m, c);
}

static void first_start(struct master *m)
{
    int number = m->now.number + 1;
    struct settings *s = &m->fresh[number % 2];
    char *why = NULL;

    m->next = (struct generation){.number = number, .settings = s, .exe = m->exe};
    if (!settings_again(s, m->settings, &why)) {
        reload_failed(m, why);
        return;
    }
    s->place = m->settings->place;
    if (m->workers)
        settings_set(s, "http.workers", m->workers);
    lasting_keep(m);
    if (stage_make(s, number, &m->next.exe, &m->signals) != PROCESS_OK) {
        reload_failed(m, "the files could not be copied: see the log");
        return;
    }
    say(m, LOG_INFO, "reload", "settings read, starting a first worker");
    next_start(m, CHILD_WORKER);
    m->reload = RELOAD_FIRST;
}

static void rest_start(struct master *m)
{
    int workers = workers_wanted(m->next.settings);

    say(m, LOG_INFO, "reload", "it is ready, starting %d more and the jobs process", workers - 1);
    next_start(m, CHILD_JOBS);
    for (int i = 1; i < workers; i++)
        next_start(m, CHILD_WORKER);
    m->reload = RELOAD_REST;
}

/* Whether all who were started are ready; one who never will be ends the reload. */
static bool next_ready(struct master *m)
{
    char why[LINE_BYTES], name[CHILD_NAME];
    bool ready = true;

    for (int i = 0; i < m->n; i++) {
        const struct child *c = &m->child[i];
        bool late = !c->ready && clock_mono() - c->started > READY_US;

        if (c->age != AGE_NEXT)
            continue;
        ready = ready && c->ready;
        if (c->pid && !late)
            continue;
        (void)str_format(why, sizeof why, "%s: %s", child_name(c, name),
                         c->pid ? "not ready after 30 s" : c->why);
        reload_failed(m, why);
        return false;
    }
    return ready;
}

/* Asks those to hurry who were to end, and says whether all of them have. */
static bool past_gone(struct master *m)
{
    bool gone = true;

    for (int i = 0; i < m->n; i++) {
        const struct child *c = &m->child[i];

        if (c->age != AGE_PAST)
            continue;
        gone = false;
        if (clock_mono() - c->left > PAST_US)
            kill(c->pid, SIGKILL);
    }
    return gone;
}

void reload_step(struct master *m)
{
    bool gone = past_gone(m);
    bool asked = m->serving && (m->signals.reload || m->control.asked);

    if (m->reload == RELOAD_NONE && asked) {
        m->signals.reload = false;
        m->reload = RELOAD_CLEAR;
        if (!gone)
            say(m, LOG_INFO, "reload", "waiting for processes of the last one to end");
    }
    if (m->reload == RELOAD_CLEAR && gone)
        first_start(m);
    else if (m->reload == RELOAD_FIRST && next_ready(m))
        rest_start(m);
    else if (m->reload == RELOAD_REST && next_ready(m))
        generation_switch(m);
}

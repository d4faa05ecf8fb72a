#define _GNU_SOURCE /* accept4 */
#include "control.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/str.h"
#include "base/time.h"

enum { WAITING = 8, SILENT_US = 5 * 1000 * 1000, LINE_MAX_BYTES = 1024 };

static bool address(struct sockaddr_un *a, const char *path)
{
    *a = (struct sockaddr_un){.sun_family = AF_UNIX};
    errno = ENAMETOOLONG;
    return str_format(a->sun_path, sizeof a->sun_path, "%s", path);
}

int control_connect(const char *path)
{
    struct sockaddr_un a;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd >= 0 && address(&a, path) && connect(fd, (struct sockaddr *)&a, sizeof a) == 0)
        return fd;
    if (fd >= 0) {
        int kept = errno;

        close(fd);
        errno = kept;
    }
    return -1;
}

static bool listener_open(struct control *c, const char *path)
{
    struct sockaddr_un a;
    mode_t mask;
    bool bound;

    c->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (c->listener < 0 || !address(&a, path) || (unlink(path) != 0 && errno != ENOENT))
        return false;
    mask = umask(0177);
    bound = bind(c->listener, (struct sockaddr *)&a, sizeof a) == 0;
    umask(mask);
    return bound && listen(c->listener, WAITING) == 0;
}

bool control_open(struct control *c, struct arena *a, const char *path, char **why)
{
    int other;

    *c = (struct control){.listener = -1, .client = -1};
    if (!*path)
        return true;
    other = control_connect(path);
    if (other >= 0) {
        close(other);
        *why = arena_printf(a, "%s: another server listens there", path);
        return false;
    }
    if (!listener_open(c, path)) {
        *why = arena_printf(a, "%s: %s", path, strerror(errno));
        return false;
    }
    c->path = path;
    return true;
}

void control_close(struct control *c)
{
    control_end(c);
    if (c->listener >= 0)
        close(c->listener);
    if (c->path)
        unlink(c->path);
}

int control_fd(const struct control *c)
{
    if (c->client < 0)
        return c->path ? c->listener : -1;
    return c->asked ? -1 : c->client;
}

static void client_read(struct control *c)
{
    char text[sizeof CONTROL_RELOAD];
    ssize_t n = recv(c->client, text, sizeof text, MSG_DONTWAIT);

    c->asked = n == (ssize_t)strlen(CONTROL_RELOAD) && memcmp(text, CONTROL_RELOAD, (size_t)n) == 0;
    if (!c->asked)
        control_end(c);
}

void control_step(struct control *c, bool readable)
{
    if (readable && c->client < 0) {
        c->client = accept4(c->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
        c->since = clock_mono();
    } else if (readable) {
        client_read(c);
    } else if (c->client >= 0 && !c->asked && clock_mono() - c->since > SILENT_US) {
        control_end(c);
    }
}

void control_say(struct control *c, const char *line)
{
    char text[LINE_MAX_BYTES];
    size_t n;

    if (!c->asked)
        return;
    (void)str_format(text, sizeof text, "%s", line);
    for (n = 0; text[n]; n++)
        if (text[n] == '\n')
            text[n] = ' ';
    text[n] = '\n'; /* in place of the NUL */
    (void)send(c->client, text, n + 1, MSG_DONTWAIT | MSG_NOSIGNAL);
}

void control_end(struct control *c)
{
    if (c->client >= 0)
        close(c->client);
    c->client = -1;
    c->asked = false;
}

#include "slots.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/str.h"
#include "base/time.h"

int slots_create(void)
{
    char name[64];
    int fd;

    str_format(name, sizeof name, "/wulian-slots-%ld", (long)getpid());
    fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600); /* close-on-exec by POSIX */
    if (fd < 0)
        return -1;
    shm_unlink(name);
    if (ftruncate(fd, sizeof(struct slots)) == 0)
        return fd;
    close(fd);
    return -1;
}

struct slots *slots_map(int fd)
{
    void *p = mmap(NULL, sizeof(struct slots), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

    return p == MAP_FAILED ? NULL : p;
}

void slot_enter(struct crash_slot *s, const char *plugin, const char *version, const char *route,
                const char *request)
{
    str_format(s->plugin, sizeof s->plugin, "%s", plugin);
    str_format(s->version, sizeof s->version, "%s", version);
    str_format(s->route, sizeof s->route, "%s", route);
    str_format(s->request, sizeof s->request, "%s", request);
    s->since = clock_mono();
    atomic_store_explicit(&s->busy, 1, memory_order_release);
}

void slot_leave(struct crash_slot *s)
{
    atomic_store_explicit(&s->busy, 0, memory_order_release);
}

#include "base/page.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/str.h"

int page_create(size_t size)
{
    char name[64];
    int fd;

    str_format(name, sizeof name, "/wulian-%ld", (long)getpid());
    fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600); /* close-on-exec by POSIX */
    if (fd < 0)
        return -1;
    shm_unlink(name);
    if (ftruncate(fd, (off_t)size) == 0)
        return fd;
    close(fd);
    return -1;
}

bool page_fits(int fd, size_t size)
{
    struct stat st;

    return fstat(fd, &st) == 0 && st.st_size == (off_t)size;
}

void *page_map(int fd, size_t size)
{
    void *p = page_fits(fd, size) ? mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0)
                                  : MAP_FAILED;

    return p == MAP_FAILED ? NULL : p;
}

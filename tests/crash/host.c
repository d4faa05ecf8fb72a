/* Preloaded into a command: a host at the end of its means. HOST_DISK_FREE says how many bytes any
 * folder's disk has left; with HOST_WRONG_SUMS OpenSSL derives another key than it should. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>

#include <openssl/evp.h>

/* ISO C knows no way from what dlsym gives to a function. */
static void next(const char *name, void *function)
{
    void *p = dlsym(RTLD_NEXT, name);

    if (!p)
        abort();
    memcpy(function, &p, sizeof p);
}

int statvfs(const char *restrict path, struct statvfs *restrict out)
{
    int (*theirs)(const char *, struct statvfs *);
    const char *left = getenv("HOST_DISK_FREE");
    int result;

    next("statvfs", &theirs);
    result = theirs(path, out);
    if (result == 0 && left) {
        out->f_frsize = 1;
        out->f_bavail = (fsblkcnt_t)strtoull(left, NULL, 10);
    }
    return result;
}

int EVP_PBE_scrypt(const char *password, size_t password_n, const unsigned char *salt,
                   size_t salt_n, uint64_t n, uint64_t r, uint64_t p, uint64_t memory,
                   unsigned char *key, size_t key_n)
{
    int (*theirs)(const char *, size_t, const unsigned char *, size_t, uint64_t, uint64_t, uint64_t,
                  uint64_t, unsigned char *, size_t);
    int result;

    next("EVP_PBE_scrypt", &theirs);
    result = theirs(password, password_n, salt, salt_n, n, r, p, memory, key, key_n);
    if (result == 1 && key && key_n && getenv("HOST_WRONG_SUMS"))
        key[0] ^= 1;
    return result;
}

#include "file/blob.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "tenant/keyring.h"

const char blob_magic[BLOB_MAGIC + 1] = "WLBLOB1\n";

/* Set once before the first thread. */
static char store_dir[PATH_MAX];

/* --- places ----------------------------------------------------------------------------------- */

bool file_store_open(const char *dir, const char **why)
{
    static char text[PATH_MAX + 128];

    *why = text;
    if (!*dir) {
        str_format(text, sizeof text, "files.dir is not set: name a folder for uploaded files");
        return false;
    }
    if (mkdir(dir, 0700) != 0 && errno != EEXIST) {
        str_format(text, sizeof text, "%s: %s", dir, strerror(errno));
        return false;
    }
    if (access(dir, R_OK | W_OK | X_OK) != 0 || !realpath(dir, store_dir)) {
        str_format(text, sizeof text, "%s: %s", dir, strerror(errno));
        return false;
    }
    return true;
}

bool store_path(char out[PATH_MAX], int county, const char *tail)
{
    return *store_dir && str_format(out, PATH_MAX, "%s/%d%s%s", store_dir, county,
                                    *tail ? "/" : "", tail);
}

bool address_valid(const char *address)
{
    size_t n = strlen(address);

    return n == FILE_ADDRESS_TEXT - 1 && strspn(address, "0123456789abcdef") == n;
}

bool blob_path(char out[PATH_MAX], int county, const char *address)
{
    char tail[FILE_ADDRESS_TEXT + 4];

    return address_valid(address) &&
           str_format(tail, sizeof tail, "%.2s/%s", address, address) &&
           store_path(out, county, tail);
}

int store_lock(int county)
{
    char path[PATH_MAX];
    int fd = store_path(path, county, "") ? open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;

    if (fd >= 0 && flock(fd, LOCK_EX) != 0) {
        close(fd);
        fd = -1;
    }
    return fd;
}

bool file_address(int county, const uint8_t sha256[SHA256_LEN], char out[FILE_ADDRESS_TEXT])
{
    static const char label[] = "wulian file address 1";
    uint8_t index[KEY_LEN], key[SHA256_LEN], sum[SHA256_LEN];

    if (!keyring_index_key(county, index))
        return false;
    hmac_sha256(index, sizeof index, label, sizeof label - 1, key);
    hmac_sha256(key, sizeof key, sha256, SHA256_LEN, sum);
    hex_encode(sum, sizeof sum, out);
    crypto_wipe(index, sizeof index);
    crypto_wipe(key, sizeof key);
    return true;
}

/* --- disk ------------------------------------------------------------------------------------- */

bool disk_read(int fd, void *p, size_t n, int64_t at)
{
    char *to = p;

    while (n > 0) {
        ssize_t got = pread(fd, to, n, at);

        if (got < 0 && errno == EINTR)
            continue;
        if (got == 0)
            errno = 0;
        if (got <= 0)
            return false;
        to += got;
        at += got;
        n -= (size_t)got;
    }
    return true;
}

bool disk_write(int fd, const void *p, size_t n, int64_t at)
{
    const char *from = p;

    while (n > 0) {
        ssize_t put = pwrite(fd, from, n, at);

        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return false;
        from += put;
        at += put;
        n -= (size_t)put;
    }
    return true;
}

bool folder_sync(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool ok = fd >= 0 && fsync(fd) == 0;

    if (fd >= 0)
        close(fd);
    return ok;
}

enum file_fault blob_damaged(const struct file *f, const char *what)
{
    log_line(LOG_ERROR, "file_damaged", "county %d blob %s: %s", f->county,
             *f->address ? f->address : "being written", what);
    return FILE_DAMAGED;
}

enum file_fault blob_failed(const struct file *f, const char *what)
{
    log_line(LOG_ERROR, "file_failed", "county %d: %s: %s", f->county, what, strerror(errno));
    return FILE_FAILED;
}

enum file_fault blob_unread(const struct file *f, const char *what)
{
    return errno ? blob_failed(f, what) : blob_damaged(f, what);
}

/* --- layout ----------------------------------------------------------------------------------- */

int64_t blob_pieces(int64_t size)
{
    return (size + FILE_PIECE - 1) / FILE_PIECE;
}

size_t blob_piece_size(const struct file *f, int64_t i)
{
    int64_t left = f->size - i * FILE_PIECE;

    return left >= FILE_PIECE ? FILE_PIECE : left > 0 ? (size_t)left : 0;
}

int64_t blob_at(int64_t i)
{
    return BLOB_HEAD + i * BLOB_STEP;
}

int64_t blob_end_at(int64_t size)
{
    return BLOB_HEAD + size + blob_pieces(size) * SEAL_OVERHEAD;
}

static void aad_piece(const struct file *f, int64_t i, char out[BLOB_AAD])
{
    char id[2 * BLOB_ID + 1];

    hex_encode(f->id, BLOB_ID, id);
    str_format(out, BLOB_AAD, "%d|core.file|%s|%lld", f->county, id, (long long)i);
}

/* The end also says under which address all this stands. */
static void aad_end(const struct file *f, char out[BLOB_AAD])
{
    char id[2 * BLOB_ID + 1];

    hex_encode(f->id, BLOB_ID, id);
    str_format(out, BLOB_AAD, "%d|core.file|%s|end|%s", f->county, id, f->address);
}

/* --- sealing ---------------------------------------------------------------------------------- */

static enum file_fault sealed_write(struct file *f, const char *aad, const void *plain, size_t n,
                                    int64_t at)
{
    struct seal_key key;
    bool ok;

    if (!keyring_data_key(f->county, &key))
        return FILE_NO_KEY;
    seal(&key, aad, plain, n, f->sealed);
    crypto_wipe(&key, sizeof key);
    ok = disk_write(f->fd, f->sealed, n + SEAL_OVERHEAD, at);
    return ok ? FILE_OK : blob_failed(f, "write");
}

static enum file_fault sealed_read(struct file *f, const char *aad, void *plain, size_t n,
                                   int64_t at)
{
    struct seal_key key;
    uint32_t id;
    bool ok;

    if (!disk_read(f->fd, f->sealed, n + SEAL_OVERHEAD, at))
        return blob_unread(f, "shorter than it was");
    id = seal_key_id(f->sealed, n + SEAL_OVERHEAD);
    if (!id)
        return blob_damaged(f, "not a sealed piece");
    if (!keyring_data_key_by_id(f->county, id, &key))
        return keyring_has(f->county) ? blob_damaged(f, "sealed with an unknown key") : FILE_NO_KEY;
    ok = unseal(&key, aad, f->sealed, n + SEAL_OVERHEAD, plain);
    crypto_wipe(&key, sizeof key);
    return ok ? FILE_OK : blob_damaged(f, "a piece was altered or moved");
}

enum file_fault blob_piece_write(struct file *f, int64_t i, size_t n)
{
    char aad[BLOB_AAD];

    aad_piece(f, i, aad);
    return sealed_write(f, aad, f->plain, n, blob_at(i));
}

enum file_fault blob_piece_read(struct file *f, int64_t i, size_t n)
{
    char aad[BLOB_AAD];
    enum file_fault fault;

    aad_piece(f, i, aad);
    f->held = -1;
    fault = sealed_read(f, aad, f->plain, n, blob_at(i));
    if (fault == FILE_OK)
        f->held = i;
    return fault;
}

enum file_fault blob_end_write(struct file *f)
{
    uint8_t end[BLOB_END];
    char aad[BLOB_AAD];

    for (int i = 0; i < 8; i++)
        end[i] = (uint8_t)((uint64_t)f->size >> (56 - 8 * i));
    memcpy(end + 8, f->sha256, SHA256_LEN);
    aad_end(f, aad);
    return sealed_write(f, aad, end, sizeof end, blob_end_at(f->size));
}

/* The end is the last bytes of the file, and says how long the rest is. */
enum file_fault blob_end_read(struct file *f)
{
    uint8_t end[BLOB_END];
    char aad[BLOB_AAD];
    struct stat st;
    enum file_fault fault;
    uint64_t size = 0;

    if (fstat(f->fd, &st) != 0)
        return blob_failed(f, "length");
    if (st.st_size < BLOB_HEAD + BLOB_END_SEALED)
        return blob_damaged(f, "shorter than any");
    aad_end(f, aad);
    fault = sealed_read(f, aad, end, sizeof end, st.st_size - BLOB_END_SEALED);
    if (fault != FILE_OK)
        return fault;
    for (int i = 0; i < 8; i++)
        size = size << 8 | end[i];
    if (size > (uint64_t)BLOB_SIZE_MAX ||
        blob_end_at((int64_t)size) + BLOB_END_SEALED != st.st_size)
        return blob_damaged(f, "not as long as it was");
    f->size = (int64_t)size;
    memcpy(f->sha256, end + 8, SHA256_LEN);
    return FILE_OK;
}

/* --- handles ---------------------------------------------------------------------------------- */

struct file *blob_new(int county)
{
    struct file *f = mem_alloc(sizeof *f);

    f->fd = -1;
    f->county = county;
    f->held = -1;
    return f;
}

void blob_free(struct file *f)
{
    if (!f)
        return;
    if (f->fd >= 0)
        close(f->fd);
    crypto_wipe(f->plain, sizeof f->plain);
    mem_free(f);
}

bool blob_head_read(struct file *f)
{
    uint8_t head[BLOB_HEAD];

    if (!disk_read(f->fd, head, sizeof head, 0))
        return false;
    errno = 0;
    if (memcmp(head, blob_magic, BLOB_MAGIC) != 0)
        return false;
    memcpy(f->id, head + BLOB_MAGIC, BLOB_ID);
    return true;
}

void file_close(struct file *f)
{
    blob_free(f);
}

/* --- reading ---------------------------------------------------------------------------------- */

struct file *file_open_read(int county, const char *address, enum file_fault *fault)
{
    struct file *f = blob_new(county);
    char path[PATH_MAX];

    *fault = FILE_MISSING;
    if (!blob_path(path, county, address))
        goto out;
    memcpy(f->address, address, FILE_ADDRESS_TEXT);
    f->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (f->fd < 0)
        *fault = errno == ENOENT ? FILE_MISSING : blob_failed(f, "open");
    else if (!blob_head_read(f))
        *fault = blob_unread(f, "does not begin like one");
    else
        *fault = blob_end_read(f);
out:
    if (*fault == FILE_OK)
        return f;
    blob_free(f);
    return NULL;
}

int64_t file_size(const struct file *f)
{
    return f->size;
}

const uint8_t *file_sha256(const struct file *f)
{
    return f->sha256;
}

ssize_t file_read(struct file *f, int64_t at, void *out, size_t n)
{
    int64_t i = at / FILE_PIECE;
    size_t skip = (size_t)(at % FILE_PIECE);
    size_t there;

    if (at < 0 || at >= f->size)
        return at == f->size ? 0 : -1;
    if (f->held != i && blob_piece_read(f, i, blob_piece_size(f, i)) != FILE_OK)
        return -1;
    there = blob_piece_size(f, i) - skip;
    n = n < there ? n : there;
    memcpy(out, f->plain + skip, n);
    return (ssize_t)n;
}

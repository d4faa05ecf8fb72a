/* Writing blobs: pieces into an upload, then its end, then its place. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/str.h"
#include "base/uuid.h"
#include "file/blob.h"

static bool folder_make(const char *path)
{
    return mkdir(path, 0700) == 0 || errno == EEXIST;
}

/* Both folders an upload needs. */
static bool folders_make(int county)
{
    char path[PATH_MAX];

    return store_path(path, county, "") && folder_make(path) &&
           store_path(path, county, "up") && folder_make(path);
}

static bool upload_path(struct file *f, const char *name)
{
    char tail[UPLOAD_NAME];

    return uuid_valid(name) && str_format(tail, sizeof tail, "up/%s", name) &&
           store_path(f->path, f->county, tail);
}

static bool head_write(struct file *f)
{
    uint8_t head[BLOB_HEAD];
    char up[PATH_MAX];

    memcpy(head, blob_magic, BLOB_MAGIC);
    crypto_random(f->id, BLOB_ID);
    memcpy(head + BLOB_MAGIC, f->id, BLOB_ID);
    return disk_write(f->fd, head, sizeof head, 0) && fsync(f->fd) == 0 &&
           store_path(up, f->county, "up") && folder_sync(up);
}

static enum file_fault upload_open(struct file *f, int flags)
{
    f->fd = open(f->path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | flags, 0600);
    if (f->fd < 0 && errno == EEXIST)
        return FILE_BUSY;
    if (f->fd < 0)
        return errno == ENOENT ? FILE_MISSING : blob_failed(f, "open");
    if (flock(f->fd, LOCK_EX | LOCK_NB) != 0)
        return errno == EWOULDBLOCK ? FILE_BUSY : blob_failed(f, "lock");
    return FILE_OK;
}

struct file *file_create(int county, const char *name, enum file_fault *fault)
{
    struct file *f = blob_new(county);

    if (!folders_make(county) || !upload_path(f, name))
        *fault = blob_failed(f, "folder of uploads");
    else if ((*fault = upload_open(f, O_CREAT | O_EXCL)) == FILE_OK && !head_write(f))
        *fault = blob_failed(f, "head");
    if (*fault == FILE_OK)
        return f;
    blob_free(f);
    return NULL;
}

struct file *file_continue(int county, const char *name, int64_t offset, enum file_fault *fault)
{
    struct file *f = blob_new(county);

    *fault = FILE_MISSING;
    if (offset < 0 || offset % FILE_PIECE || !upload_path(f, name))
        goto out;
    *fault = upload_open(f, 0);
    if (*fault != FILE_OK)
        goto out;
    /* renamed away by its end between open and lock: the handle is not the upload any more */
    if (access(f->path, F_OK) != 0)
        *fault = FILE_MISSING;
    else if (!blob_head_read(f) && (offset > 0 || !head_write(f)))
        *fault = blob_unread(f, "an upload does not begin like one");
    f->size = offset;
out:
    if (*fault == FILE_OK)
        return f;
    blob_free(f);
    return NULL;
}

static bool piece_put(struct file *f)
{
    if (blob_piece_write(f, f->size / FILE_PIECE, f->filled) != FILE_OK)
        f->failed = true;
    f->size += (int64_t)f->filled;
    f->filled = 0;
    return !f->failed;
}

bool file_write(struct file *f, const void *p, size_t n)
{
    const uint8_t *from = p;

    while (n > 0 && !f->failed && !f->finished) {
        size_t room = FILE_PIECE - f->filled;
        size_t take = n < room ? n : room;

        memcpy(f->plain + f->filled, from, take);
        f->filled += take;
        from += take;
        n -= take;
        if (f->filled == FILE_PIECE)
            piece_put(f);
    }
    return n == 0 && !f->failed;
}

bool file_sync(struct file *f)
{
    if (!f->failed && fsync(f->fd) != 0) {
        blob_failed(f, "fsync");
        f->failed = true;
    }
    return !f->failed;
}

/* The bytes are hashed as they are on disk, also those that an earlier process wrote. */
static enum file_fault read_back(struct file *f)
{
    struct sha256_run *run = sha256_begin();
    enum file_fault fault = FILE_OK;

    for (int64_t i = 0; i < blob_pieces(f->size) && fault == FILE_OK; i++) {
        fault = blob_piece_read(f, i, blob_piece_size(f, i));
        if (fault == FILE_OK)
            sha256_add(run, f->plain, blob_piece_size(f, i));
    }
    sha256_end(run, f->sha256);
    return fault;
}

enum file_fault file_finish(struct file *f)
{
    if (f->failed || (f->filled && !piece_put(f)))
        return FILE_FAILED;
    if (ftruncate(f->fd, blob_end_at(f->size)) != 0)
        return blob_failed(f, "truncate");
    f->finished = true;
    return read_back(f);
}

/* Under the county's lock, so that the sweep does not take what it saw as old a moment ago. */
static enum file_fault put_in_place(struct file *f)
{
    char path[PATH_MAX], folder[PATH_MAX], top[PATH_MAX];
    char tail[4];
    int lock;
    bool ok;

    if (!blob_path(path, f->county, f->address) || !store_path(top, f->county, "") ||
        !str_format(tail, sizeof tail, "%.2s", f->address) ||
        !store_path(folder, f->county, tail))
        return FILE_FAILED;
    lock = store_lock(f->county);
    /* an equal content that stands there already is replaced: it may have been damaged */
    ok = lock >= 0 && folder_make(folder) && rename(f->path, path) == 0 && folder_sync(folder) &&
         folder_sync(top);
    if (!ok)
        blob_failed(f, "putting in place");
    if (lock >= 0)
        close(lock);
    return ok ? FILE_OK : FILE_FAILED;
}

enum file_fault file_commit(struct file *f, char address[FILE_ADDRESS_TEXT])
{
    enum file_fault fault;

    if (!f->finished || !file_address(f->county, f->sha256, f->address))
        return f->finished ? FILE_NO_KEY : FILE_FAILED;
    fault = blob_end_write(f);
    if (fault == FILE_OK && fsync(f->fd) != 0)
        fault = blob_failed(f, "fsync");
    if (fault == FILE_OK)
        fault = put_in_place(f);
    if (fault == FILE_OK) {
        f->path[0] = '\0';
        memcpy(address, f->address, FILE_ADDRESS_TEXT);
    }
    return fault;
}

void file_abandon(struct file *f)
{
    if (f && *f->path)
        unlink(f->path);
    blob_free(f);
}

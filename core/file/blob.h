/* What the store's own files share. */
#ifndef WULIAN_FILE_BLOB_H
#define WULIAN_FILE_BLOB_H

#include <limits.h>

#include "file/store.h"

enum {
    BLOB_MAGIC = 8,
    BLOB_ID = 16,
    BLOB_HEAD = BLOB_MAGIC + BLOB_ID,
    BLOB_STEP = FILE_PIECE + SEAL_OVERHEAD, /* of a full piece on disk */
    BLOB_END = 8 + SHA256_LEN,              /* plain */
    BLOB_END_SEALED = BLOB_END + SEAL_OVERHEAD,
    BLOB_AAD = 192,
    UPLOAD_NAME = 64
};

/* A content of more is not ours: 1 TiB. */
#define BLOB_SIZE_MAX (INT64_C(1) << 40)

struct file {
    int fd, county;
    char path[PATH_MAX];     /* of an upload; "" when reading a blob */
    char address[FILE_ADDRESS_TEXT];
    uint8_t id[BLOB_ID];
    int64_t size;            /* of the content; while writing, bytes of whole pieces written */
    int64_t held;            /* number of the piece in `plain`, -1: none */
    size_t filled;           /* writing: bytes of the piece being filled */
    bool failed, finished;
    uint8_t sha256[SHA256_LEN];
    uint8_t plain[FILE_PIECE], sealed[BLOB_STEP];
};

extern const char blob_magic[BLOB_MAGIC + 1];

/* DIR/<county>[/tail]; false when it would be too long. */
bool store_path(char out[PATH_MAX], int county, const char *tail);
bool address_valid(const char *address);
/* DIR/<county>/xx/<address> */
bool blob_path(char out[PATH_MAX], int county, const char *address);
/* The county's folder locked against others that put in place or sweep away; -1 with errno. Close
 * it to release. */
int store_lock(int county);

struct file *blob_new(int county);
void blob_free(struct file *f);
/* Reads magic and id at the start of f->fd. False: see blob_unread. */
bool blob_head_read(struct file *f);
/* Seals or opens piece i; n plain bytes in f->plain. False: disk, or not what was written there. */
enum file_fault blob_piece_write(struct file *f, int64_t i, size_t n);
enum file_fault blob_piece_read(struct file *f, int64_t i, size_t n);
enum file_fault blob_end_write(struct file *f);
enum file_fault blob_end_read(struct file *f);
/* Plain bytes of piece i of a content of f->size. */
size_t blob_piece_size(const struct file *f, int64_t i);
int64_t blob_pieces(int64_t size);
/* Where piece i, or the end, starts on disk. */
int64_t blob_at(int64_t i);
int64_t blob_end_at(int64_t size);

/* Logs and returns the fault. */
enum file_fault blob_damaged(const struct file *f, const char *what);
enum file_fault blob_failed(const struct file *f, const char *what);
/* After a read that went wrong: the disk's fault when errno says one, else the content's. */
enum file_fault blob_unread(const struct file *f, const char *what);

/* The whole of n bytes, or false with errno; 0: the file ends before. */
bool disk_read(int fd, void *p, size_t n, int64_t at);
bool disk_write(int fd, const void *p, size_t n, int64_t at);
/* fsync of a folder. */
bool folder_sync(const char *path);

#endif

/* Blobs (附件 as bytes) outside the database: one folder a county, each content once, encrypted.
 *
 * A blob's address is HMAC-SHA-256 over the SHA-256 of its content under a key of the county: equal
 * files of two counties have different addresses, and nobody without the key can tell from an
 * address what a file holds. On disk it is
 *
 *   magic(8) id(16) piece* end        piece: FILE_PIECE bytes (the last one fewer), sealed
 *                                     end: length(8) SHA-256(32), sealed
 *
 * where every piece is bound to county, id and its number, and the end to id, count of pieces and
 * address: a blob that was cut, reordered, spliced or put in another's place does not open.
 *
 *   DIR/<county>/<two digits>/<address>   whole blobs, read-only by convention
 *   DIR/<county>/up/<name>                being written; swept away when a day old
 *
 * A blob may be there before a row of the database names it, never the other way round: file_commit
 * returns when it would survive a power cut. Any thread; one handle belongs to one thread at a
 * time. Blocking. */
#ifndef WULIAN_FILE_STORE_H
#define WULIAN_FILE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "crypto/crypto.h"

enum { FILE_PIECE = 64 * 1024, FILE_ADDRESS_TEXT = 2 * SHA256_LEN + 1 };

enum file_fault {
    FILE_OK,
    FILE_MISSING, /* no such blob, or upload */
    FILE_DAMAGED, /* does not open, or not what it was; logged with county and address */
    FILE_BUSY,    /* somebody else is writing the same upload */
    FILE_NO_KEY,  /* the county's keys are not in the keyring */
    FILE_FAILED   /* the system said no (disk full, …); logged */
};

struct file;

/* Makes the folder (0700) when it is missing and remembers it. Once, before the first thread; false
 * and *why. */
bool file_store_open(const char *dir, const char **why);

/* The address of a content with this SHA-256; false when the county's keys are not here. */
bool file_address(int county, const uint8_t sha256[SHA256_LEN], char out[FILE_ADDRESS_TEXT]);

/* --- reading ---------------------------------------------------------------------------------- */

/* NULL with *fault. The end was checked; pieces are when they are read. */
struct file *file_open_read(int county, const char *address, enum file_fault *fault);
int64_t file_size(const struct file *f);
/* SHA-256 of the content, as the end has it. */
const uint8_t *file_sha256(const struct file *f);
/* Up to n bytes from `at` on (at most to the end of a piece: fewer than n does not mean the end);
 * 0 at the end, -1 when damaged. Memory is two pieces, whatever the size. */
ssize_t file_read(struct file *f, int64_t at, void *out, size_t n);
/* Of either kind; what was written but not committed stays for file_continue. NULL is fine. */
void file_close(struct file *f);

/* --- writing ---------------------------------------------------------------------------------- */

/* Begins an upload called `name` (a uuid; unique in the county), locked until it is closed. NULL
 * with *fault: FILE_BUSY when there is one already. */
struct file *file_create(int county, const char *name, enum file_fault *fault);
/* Goes on with one at `offset`, a multiple of FILE_PIECE; what stood behind is overwritten. */
struct file *file_continue(int county, const char *name, int64_t offset, enum file_fault *fault);
/* Appends. False (logged) when the disk refuses; then only file_close and file_abandon are left. */
bool file_write(struct file *f, const void *p, size_t n);
/* Whole pieces are safe from a power cut; bytes of a piece that is not full are not written. */
bool file_sync(struct file *f);
/* Ends the content: writes the last piece and reads all of it back from the disk, which gives
 * file_size and file_sha256 and makes file_read work on it. */
enum file_fault file_finish(struct file *f);
/* After file_finish: gives it its address and puts it in place. f stays open for reading. */
enum file_fault file_commit(struct file *f, char address[FILE_ADDRESS_TEXT]);
/* Removes what was written and closes. NULL is fine. */
void file_abandon(struct file *f);

/* --- upkeep (the jobs process) ---------------------------------------------------------------- */

/* Of a county's blobs older than `age` seconds calls `named` with up to 500 addresses at a time; it
 * clears the flag of those that nobody names and returns false to stop. Removes them, and uploads
 * as old. Returns how many went, -1 when the folder cannot be read. */
enum { FILE_SWEEP_MAX = 500 };
struct file_sweep {
    char address[FILE_SWEEP_MAX][FILE_ADDRESS_TEXT];
    bool named[FILE_SWEEP_MAX]; /* all true when called */
    int n;
};
int file_sweep(int county, int64_t age, bool (*named)(void *arg, int county, struct file_sweep *s),
               void *arg);

#endif

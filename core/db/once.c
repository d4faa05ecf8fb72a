#include "db/once.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/page.h"
#include "base/time.h"
#include "crypto/crypto.h"
#include "db/conn.h"

enum {
    SECOND = 1000 * 1000,
    ASK_US = 30 * SECOND,
    WAIT_US = 10 * SECOND,
    PAUSE_NS = 1000 * 1000,
    PLACE = 4 << 20 /* bytes for one answer; those that are not written take no memory */
};

/* Before the cells of an answer, each with its NUL. */
struct head {
    int64_t asked; /* monotonic µs; 0: nothing whole follows */
    int64_t rows, columns, bytes;
    uint8_t key[SHA256_LEN]; /* of the database and the question */
};

static int file = -1;
static int64_t since;

int once_create(void)
{
    return page_create((size_t)ONCE_QUESTIONS * PLACE);
}

bool once_open(int fd, int64_t started)
{
    if (!page_fits(fd, (size_t)ONCE_QUESTIONS * PLACE))
        return false;
    file = fd;
    since = started;
    return true;
}

/* --- whose turn it is ------------------------------------------------------------------------- */

/* The kernel takes the lock from who dies. Where it gives none, everybody asks for himself. */
static bool place_lock(int place)
{
    struct flock l = {
        .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = (off_t)place * PLACE, .l_len = 1};

    if (file < 0 || fcntl(file, F_SETLK, &l) == 0)
        return true;
    if (errno == EAGAIN || errno == EACCES)
        return false;
    file = -1;
    return true;
}

static void place_unlock(int place)
{
    struct flock l = {
        .l_type = F_UNLCK, .l_whence = SEEK_SET, .l_start = (off_t)place * PLACE, .l_len = 1};

    if (file >= 0)
        fcntl(file, F_SETLK, &l);
}

/* --- the file --------------------------------------------------------------------------------- */

static void key_add(struct sha256_run *run, const char *text)
{
    sha256_add(run, text ? text : "", text ? strlen(text) + 1 : 1);
}

static void key_of(const struct db_conn *c, const struct question *q, uint8_t key[SHA256_LEN])
{
    struct sha256_run *run = sha256_begin();

    key_add(run, c->dsn);
    key_add(run, db_stmt_sql(q->stmt));
    for (int i = 0; i < q->nparams; i++)
        key_add(run, q->params[i]);
    sha256_end(run, key);
}

static bool head_fits(const struct head *h, const uint8_t key[SHA256_LEN])
{
    return h->asked >= since && h->asked > 0 && memcmp(h->key, key, SHA256_LEN) == 0 &&
           h->bytes >= 0 && h->bytes <= PLACE - (int64_t)sizeof *h && h->rows >= 0 &&
           h->rows <= h->bytes && h->columns > 0 && h->columns <= DB_PARAMS_MAX &&
           h->rows * h->columns <= h->bytes;
}

/* False when the cells are not as many as they must be. */
static bool cells_find(char *text, int64_t bytes, const char **cell, int64_t n)
{
    const char *end = text + bytes;

    for (int64_t i = 0; i < n; i++) {
        if (text == end)
            return false;
        cell[i] = text;
        text += strlen(text) + 1;
    }
    return text == end;
}

static bool place_read(struct arena *a, int place, const uint8_t key[SHA256_LEN],
                       struct answer *out)
{
    off_t at = (off_t)place * PLACE;
    struct head h;
    const char **cell;
    char *text;

    if (file < 0 || pread(file, &h, sizeof h, at) != sizeof h || !head_fits(&h, key))
        return false;
    text = arena_alloc(a, (size_t)h.bytes + 1);
    cell = arena_alloc(a, (size_t)(h.rows * h.columns) * sizeof *cell);
    if (pread(file, text, (size_t)h.bytes, at + (off_t)sizeof h) != h.bytes ||
        (h.bytes && text[h.bytes - 1]) || !cells_find(text, h.bytes, cell, h.rows * h.columns))
        return false;
    *out = (struct answer){(int)h.rows, (int)h.columns, cell};
    return true;
}

/* Its head last: whoever ends amid this leaves nothing. */
static void place_write(int place, struct head *h, const struct answer *x)
{
    off_t at = (off_t)place * PLACE;
    struct buf b;

    if (file < 0 || pwrite(file, &(struct head){0}, sizeof *h, at) != sizeof *h)
        return;
    buf_init(&b, PLACE - sizeof *h);
    for (int i = 0; i < x->rows * x->columns; i++)
        buf_add(&b, x->cell[i], strlen(x->cell[i]) + 1);
    h->rows = x->rows;
    h->columns = x->columns;
    h->bytes = (int64_t)b.n;
    if (!b.over && pwrite(file, b.p, b.n, at + (off_t)sizeof *h) == (ssize_t)b.n)
        (void)!pwrite(file, h, sizeof *h, at);
    buf_free(&b);
}

/* --- asking ----------------------------------------------------------------------------------- */

static bool ask(struct arena *a, struct db_conn *c, const struct question *q, struct answer *out,
                struct db_error *err)
{
    const struct db_rows *r = db_ask(c, a, q->stmt, q->nparams, q->params, ASK_US, err);
    const char **cell;
    int columns;

    if (!r)
        return false;
    columns = rows_columns(r);
    cell = arena_alloc(a, (size_t)rows_count(r) * (size_t)columns * sizeof *cell);
    for (int i = 0; i < rows_count(r) * columns; i++)
        cell[i] = rows_text(r, i / columns, i % columns);
    *out = (struct answer){rows_count(r), columns, cell};
    return true;
}

/* What others wrote, or what we ask and write; the place is ours. */
static bool place_ask(struct arena *a, struct db_conn *c, const struct question *q, int place,
                      struct answer *out, struct db_error *err)
{
    struct head h = {0};

    key_of(c, q, h.key);
    if (place_read(a, place, h.key, out))
        return true;
    h.asked = clock_mono();
    if (!ask(a, c, q, out, err))
        return false;
    place_write(place, &h, out);
    return true;
}

bool once_ask(struct arena *a, struct db_conn *c, const struct question *q, int n,
              struct answer *out, struct db_error *err)
{
    const struct timespec pause = {.tv_nsec = PAUSE_NS};
    int64_t until = clock_mono() + WAIT_US;
    bool known[ONCE_QUESTIONS] = {false}, ok = true;
    int left = n;

    assert(n <= ONCE_QUESTIONS);
    while (ok && left) {
        bool late = clock_mono() >= until;
        int before = left;

        for (int i = 0; ok && i < n; i++) {
            if (known[i] || (!late && !place_lock(i)))
                continue;
            ok = late ? ask(a, c, &q[i], &out[i], err) : place_ask(a, c, &q[i], i, &out[i], err);
            if (!late)
                place_unlock(i);
            known[i] = true;
            left--;
        }
        if (left == before)
            nanosleep(&pause, NULL);
    }
    return ok;
}

#include "tenant/keyring.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"

enum { MASTER_HEX = 2 * KEY_LEN, MASTER_ID = 1, WRAPPED_LEN = KEY_LEN + SEAL_OVERHEAD };
enum { KEYS_MAX = 1 << 16, AAD_TEXT = 64, WHY_TEXT = 320 };

enum purpose { PURPOSE_DATA, PURPOSE_INDEX, PURPOSE_PSEUDONYM, PURPOSE_COUNT };
static const char *const purpose_names[] = {"data", "index", "pseudonym"};

struct held {
    int county;
    enum purpose purpose;
    struct seal_key key;
};

/* The process's one ring: sorted by county, purpose and id, so that a county's newest key of a
 * purpose stands last. */
static struct {
    pthread_rwlock_t lock;
    struct seal_key master;
    uint8_t cursor[KEY_LEN], device[KEY_LEN]; /* made of the master when that is opened */
    struct held *key;
    size_t n, cap;
    char why[WHY_TEXT];
} ring = {.lock = PTHREAD_RWLOCK_INITIALIZER};

/* --- master key ------------------------------------------------------------------------------- */

static bool refuse(const char *file, const char *what, const char **why)
{
    str_format(ring.why, sizeof ring.why, "%s: %s", file, what);
    *why = ring.why;
    return false;
}

/* Reads at most cap bytes; -1 with errno. */
static ssize_t file_read(const char *file, char *out, size_t cap, mode_t *mode)
{
    struct stat st;
    ssize_t n = -1;
    int fd = open(file, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return -1;
    if (fstat(fd, &st) == 0) {
        *mode = st.st_mode;
        n = read(fd, out, cap);
    }
    close(fd);
    return n;
}

static bool one_line(const char *hex, ssize_t n)
{
    return n == MASTER_HEX || (n == MASTER_HEX + 1 && hex[MASTER_HEX] == '\n');
}

bool keyring_file_read(const char *file, struct seal_key *out, const char **why)
{
    char hex[MASTER_HEX + 2];
    mode_t mode = 0;
    size_t key_n = 0;
    bool ok = false;
    ssize_t n = file_read(file, hex, sizeof hex, &mode);

    if (n < 0)
        return refuse(file, strerror(errno), why);
    if (mode & S_IRWXO)
        refuse(file, "a key must not be open to other users (chmod o=)", why);
    else if (!one_line(hex, n) ||
             !hex_decode(hex, MASTER_HEX, out->key, KEY_LEN, &key_n) || key_n != KEY_LEN)
        refuse(file, "a key is 64 hexadecimal digits on one line", why);
    else
        ok = true;
    crypto_wipe(hex, sizeof hex);
    out->id = ok ? MASTER_ID : 0;
    return ok;
}

bool keyring_open(const char *master_file, const char **why)
{
    static const char cursor[] = "wulian list cursor 1", device[] = "wulian known device 1";

    if (!keyring_file_read(master_file, &ring.master, why))
        return false;
    hmac_sha256(ring.master.key, KEY_LEN, cursor, sizeof cursor - 1, ring.cursor);
    hmac_sha256(ring.master.key, KEY_LEN, device, sizeof device - 1, ring.device);
    return true;
}

void keyring_cursor_key(uint8_t out[KEY_LEN])
{
    memcpy(out, ring.cursor, KEY_LEN);
}

void keyring_device_key(uint8_t out[KEY_LEN])
{
    memcpy(out, ring.device, KEY_LEN);
}

/* --- wrapping --------------------------------------------------------------------------------- */

static bool aad_of(char out[AAD_TEXT], int county, const char *purpose, uint32_t id)
{
    return str_format(out, AAD_TEXT, "%d|county_key|%s|%u", county, purpose, (unsigned)id);
}

void keyring_wrap(int county, const char *purpose, uint32_t id, const uint8_t key[KEY_LEN],
                  uint8_t *out)
{
    char aad[AAD_TEXT];

    if (!aad_of(aad, county, purpose, id))
        mem_die("keyring: the purpose of a key is too long");
    seal(&ring.master, aad, key, KEY_LEN, out);
}

bool keyring_rewrap(const struct seal_key *to, int county, const char *purpose, uint32_t id,
                    const uint8_t *wrapped, size_t n, uint8_t *out)
{
    uint8_t key[KEY_LEN];
    char aad[AAD_TEXT];
    bool ok = n == WRAPPED_LEN && aad_of(aad, county, purpose, id) &&
              unseal(&ring.master, aad, wrapped, n, key);

    if (ok)
        seal(to, aad, key, KEY_LEN, out);
    crypto_wipe(key, sizeof key);
    return ok;
}

static bool purpose_find(const char *name, enum purpose *out)
{
    for (int i = 0; i < PURPOSE_COUNT; i++)
        if (str_eq(purpose_names[i], name)) {
            *out = (enum purpose)i;
            return true;
        }
    return false;
}

static int held_compare(const struct held *a, int county, enum purpose purpose, uint32_t id)
{
    if (a->county != county)
        return a->county < county ? -1 : 1;
    if (a->purpose != purpose)
        return a->purpose < purpose ? -1 : 1;
    return a->key.id == id ? 0 : a->key.id < id ? -1 : 1;
}

/* Index of the first key not before this one. */
static size_t place_of(int county, enum purpose purpose, uint32_t id)
{
    size_t lo = 0;
    size_t hi = ring.n;

    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;

        if (held_compare(&ring.key[mid], county, purpose, id) < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

static bool held_insert(const struct held *h)
{
    size_t i = place_of(h->county, h->purpose, h->key.id);

    if (i < ring.n && held_compare(&ring.key[i], h->county, h->purpose, h->key.id) == 0) {
        ring.key[i] = *h;
        return true;
    }
    if (ring.n == KEYS_MAX)
        return false;
    if (ring.n == ring.cap) {
        ring.cap = ring.cap ? 2 * ring.cap : 64;
        ring.key = mem_resize(ring.key, ring.cap, sizeof *ring.key);
    }
    memmove(&ring.key[i + 1], &ring.key[i], (ring.n - i) * sizeof *ring.key);
    ring.key[i] = *h;
    ring.n++;
    return true;
}

bool keyring_put(int county, const char *purpose, uint32_t id, const uint8_t *wrapped, size_t n)
{
    struct held h = {.county = county, .key = {.id = id}};
    char aad[AAD_TEXT];
    bool ok = false;

    if (!purpose_find(purpose, &h.purpose) || n != WRAPPED_LEN || ring.master.id == 0 ||
        !aad_of(aad, county, purpose, id) || !unseal(&ring.master, aad, wrapped, n, h.key.key))
        goto out;
    pthread_rwlock_wrlock(&ring.lock);
    ok = held_insert(&h);
    pthread_rwlock_unlock(&ring.lock);
out:
    crypto_wipe(&h, sizeof h);
    return ok;
}

/* --- asking ----------------------------------------------------------------------------------- */

/* The key with this id, or with id 0 the newest of the purpose. */
static bool held_find(int county, enum purpose purpose, uint32_t id, struct seal_key *out)
{
    bool found = false;
    size_t i;

    pthread_rwlock_rdlock(&ring.lock);
    if (id) {
        i = place_of(county, purpose, id);
        found = i < ring.n && held_compare(&ring.key[i], county, purpose, id) == 0;
    } else {
        i = place_of(county, purpose, UINT32_MAX);
        found = i > 0 && ring.key[i - 1].county == county && ring.key[i - 1].purpose == purpose;
        i -= found;
    }
    if (found)
        *out = ring.key[i].key;
    pthread_rwlock_unlock(&ring.lock);
    return found;
}

bool keyring_has(int county)
{
    struct seal_key k;
    bool has = held_find(county, PURPOSE_DATA, 0, &k) && held_find(county, PURPOSE_INDEX, 0, &k);

    crypto_wipe(&k, sizeof k);
    return has;
}

bool keyring_data_key(int county, struct seal_key *out)
{
    return held_find(county, PURPOSE_DATA, 0, out);
}

bool keyring_data_key_by_id(int county, uint32_t id, struct seal_key *out)
{
    return id && held_find(county, PURPOSE_DATA, id, out);
}

bool keyring_index_key(int county, uint8_t out[KEY_LEN])
{
    struct seal_key k;
    bool found = held_find(county, PURPOSE_INDEX, 0, &k);

    if (found)
        memcpy(out, k.key, KEY_LEN);
    crypto_wipe(&k, sizeof k);
    return found;
}

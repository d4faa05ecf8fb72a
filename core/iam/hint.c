#include "iam/hint.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "base/time.h"
#include "crypto/crypto.h"
#include "tenant/keyring.h"
#include "tenant/sealed.h"

/* What is known of one token. Never changes after hint_new; freed with its last holder: the cache
 * and every call that uses it. */
struct hint {
    atomic_int holders;
    uint8_t key[SHA256_LEN]; /* of county and secret: tokens do not lie about in memory */
    struct hint *chain;      /* same bucket */
    struct hint *newer, *older;
    struct actor actor;
    struct activation *activations;
    char text[]; /* every string of the actor */
};

struct hint_cache {
    pthread_mutex_t lock;
    struct hint **bucket;
    size_t mask; /* buckets - 1, a power of two */
    struct hint *newest, *oldest;
    int n, max;
};

enum hint_column {
    COL_ACCOUNT, COL_POST, COL_ORG, COL_LOGIN, COL_NAME, COL_ORG_NAME, COL_ROLE, COL_SCOPE,
    COL_POST_VERSION, COL_COUNTY_VERSION, COL_EXPIRES, COL_NARROW, COL_ACTIVATIONS
};

/* --- one hint --------------------------------------------------------------------------------- */

static void hint_release(void *p)
{
    struct hint *h = p;

    if (atomic_fetch_sub(&h->holders, 1) > 1)
        return;
    mem_free(h->activations);
    mem_free(h);
}

static void hint_give(struct hint *h, struct call *c)
{
    atomic_fetch_add(&h->holders, 1);
    arena_defer(c->arena, hint_release, h);
    c->actor = &h->actor;
}

static void key_of(int county, const char *secret, uint8_t out[SHA256_LEN])
{
    char text[80];
    size_t n = int64_text(county, text), m = strlen(secret);

    if (n + 1 + m > sizeof text)
        mem_die("hint: a token is longer than tokens are");
    text[n] = '_';
    memcpy(text + n + 1, secret, m);
    sha256(text, n + 1 + m, out);
}

static const char *text_put(char **at, const char *s, size_t n)
{
    char *copy = *at;

    memcpy(copy, s, n);
    copy[n] = '\0';
    *at += n + 1;
    return copy;
}

static const char *column_put(char **at, const struct db_rows *r, int col)
{
    return text_put(at, rows_text(r, 0, col), rows_length(r, 0, col));
}

/* "431129100:elderly 431129101:elderly" */
static void activations_put(struct hint *h, const char *list)
{
    const char *at = list;
    const char *word;
    size_t n, count = 0;

    while (str_word_next(&at, &n))
        count++;
    h->activations = mem_array(count, sizeof *h->activations);
    h->actor.activations = h->activations;
    at = list;
    while ((word = str_word_next(&at, &n))) {
        const char *colon = memchr(word, ':', n);
        struct activation *a = &h->activations[h->actor.nactivations];

        if (!colon)
            continue;
        for (const char *p = word; p < colon; p++)
            a->township = a->township * 10 + (*p - '0');
        a->plugin = colon + 1; /* ends at a NUL: see spaces_end */
        h->actor.nactivations++;
    }
}

/* Makes each word of a list a string of its own. */
static void spaces_end(char *list)
{
    for (; *list; list++)
        if (*list == ' ')
            *list = '\0';
}

static void actor_fill(struct actor *a, int county, const struct db_rows *r)
{
    int64_t div = rows_int(r, 0, COL_SCOPE);

    a->county = county;
    a->scope = scope_of(div);
    a->township = div % 1000000 == 0 ? 0 : div / 1000;
    a->session_version = rows_int(r, 0, COL_POST_VERSION);
    a->county_version = rows_int(r, 0, COL_COUNTY_VERSION);
    a->expires = rows_int(r, 0, COL_EXPIRES);
    str_format(a->user, sizeof a->user, "%s", rows_text(r, 0, COL_ACCOUNT));
    str_format(a->post, sizeof a->post, "%s", rows_text(r, 0, COL_POST));
    str_format(a->org, sizeof a->org, "%s", rows_text(r, 0, COL_ORG));
}

static struct hint *hint_new(const struct call *c, const struct db_rows *r)
{
    static const int texts[] = {COL_LOGIN, COL_NAME, COL_ORG_NAME, COL_ROLE, COL_NARROW,
                                COL_ACTIVATIONS};
    size_t n = 0;
    struct hint *h;
    char *at;

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        n += rows_length(r, 0, texts[i]) + 1;
    h = mem_alloc(sizeof *h + n);
    at = h->text;
    atomic_init(&h->holders, 1);
    key_of(c->county, c->secret, h->key);
    actor_fill(&h->actor, c->county, r);
    h->actor.login = column_put(&at, r, COL_LOGIN);
    h->actor.name = column_put(&at, r, COL_NAME);
    h->actor.org_name = column_put(&at, r, COL_ORG_NAME);
    h->actor.role = column_put(&at, r, COL_ROLE);
    if (!rows_null(r, 0, COL_NARROW))
        h->actor.narrow = column_put(&at, r, COL_NARROW);
    activations_put(h, column_put(&at, r, COL_ACTIVATIONS));
    spaces_end(at - rows_length(r, 0, COL_ACTIVATIONS) - 1);
    return h;
}

/* --- the cache -------------------------------------------------------------------------------- */

struct hint_cache *hint_cache_new(int max)
{
    struct hint_cache *h = mem_alloc(sizeof *h);
    size_t buckets = 16;

    while (buckets < (size_t)max)
        buckets *= 2;
    h->bucket = mem_array(buckets, sizeof *h->bucket);
    h->mask = buckets - 1;
    h->max = max;
    pthread_mutex_init(&h->lock, NULL);
    return h;
}

/* The pointer in its bucket's chain that leads to the key, or to NULL. */
static struct hint **chain_find(struct hint_cache *h, const uint8_t key[SHA256_LEN])
{
    uint64_t mix;
    struct hint **at;

    memcpy(&mix, key, sizeof mix);
    at = &h->bucket[mix & h->mask];
    while (*at && memcmp((*at)->key, key, SHA256_LEN) != 0)
        at = &(*at)->chain;
    return at;
}

static void age_unlink(struct hint_cache *h, struct hint *e)
{
    *(e->newer ? &e->newer->older : &h->newest) = e->older;
    *(e->older ? &e->older->newer : &h->oldest) = e->newer;
}

static void age_link(struct hint_cache *h, struct hint *e)
{
    e->newer = NULL;
    e->older = h->newest;
    *(h->newest ? &h->newest->newer : &h->oldest) = e;
    h->newest = e;
}

/* Takes the entry out; *at points to it in its chain. */
static void entry_remove(struct hint_cache *h, struct hint **at)
{
    struct hint *e = *at;

    *at = e->chain;
    age_unlink(h, e);
    h->n--;
    hint_release(e);
}

static void entry_insert(struct hint_cache *h, struct hint *e)
{
    struct hint **at = chain_find(h, e->key);

    if (*at)
        entry_remove(h, at);
    else if (h->n == h->max)
        entry_remove(h, chain_find(h, h->oldest->key));
    at = chain_find(h, e->key);
    *at = e;
    age_link(h, e);
    h->n++;
}

bool hint_find(struct hint_cache *h, struct call *c)
{
    uint8_t key[SHA256_LEN];
    struct hint **at;
    bool known;

    key_of(c->county, c->secret, key);
    pthread_mutex_lock(&h->lock);
    at = chain_find(h, key);
    if (*at && (*at)->actor.expires <= clock_us())
        entry_remove(h, at);
    at = chain_find(h, key);
    known = *at != NULL;
    if (known) {
        age_unlink(h, *at);
        age_link(h, *at);
        hint_give(*at, c);
    }
    pthread_mutex_unlock(&h->lock);
    return known;
}

void hint_drop(struct hint_cache *h, int county, const char *secret)
{
    uint8_t key[SHA256_LEN];
    struct hint **at;

    key_of(county, secret, key);
    pthread_mutex_lock(&h->lock);
    at = chain_find(h, key);
    if (*at)
        entry_remove(h, at);
    pthread_mutex_unlock(&h->lock);
}

void hint_cache_free(struct hint_cache *h)
{
    if (!h)
        return;
    while (h->oldest)
        entry_remove(h, chain_find(h, h->oldest->key));
    pthread_mutex_destroy(&h->lock);
    mem_free(h->bucket);
    mem_free(h);
}

/* --- from the database ------------------------------------------------------------------------ */

static const struct db_stmt *hint_stmt, *keys_stmt;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void stmts_make(void)
{
    hint_stmt = db_stmt_new("select account, post, org, login, name, org_name, role, scope_div,"
                            " post_version, county_version,"
                            " (extract(epoch from expires_at) * 1000000)::bigint,"
                            " array_to_string(narrow, ' '), activations"
                            " from core.session_hint($1, $2)");
    keys_stmt = db_stmt_new("select purpose, id, wrapped from core.session_keys($1, $2)");
}

void hint_plan(struct call *c, struct db_batch *b)
{
    const char **params = arena_alloc(c->arena, 2 * sizeof *params);

    pthread_once(&once, stmts_make);
    params[0] = arena_printf(c->arena, "%d", c->county);
    params[1] = c->secret;
    batch_add(b, hint_stmt, 2, params);
    /* What made the last hint stale may have been a new key. */
    if (c->renewed || !keyring_has(c->county))
        batch_add(b, keys_stmt, 2, params);
}

int hint_keys_plan(struct call *c, struct db_batch *b)
{
    const char **params = arena_alloc(c->arena, 2 * sizeof *params);

    pthread_once(&once, stmts_make);
    params[0] = arena_printf(c->arena, "%d", c->county);
    params[1] = c->secret;
    return batch_add(b, keys_stmt, 2, params);
}

void hint_keys_take(const struct call *c, const struct db_rows *r)
{
    sealed_keys_take(c->arena, c->county, r);
}

bool hint_take(struct hint_cache *h, struct call *c, struct db_batch *b)
{
    const struct db_rows *r = b->item[0].rows;
    struct hint *e;

    if (rows_count(r) == 0) {
        hint_drop(h, c->county, c->secret);
        return false;
    }
    if (b->n > 1)
        hint_keys_take(c, b->item[1].rows);
    e = hint_new(c, r);
    hint_give(e, c);
    pthread_mutex_lock(&h->lock);
    entry_insert(h, e);
    pthread_mutex_unlock(&h->lock);
    return true;
}

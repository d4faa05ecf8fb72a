/* One try of one notice on one channel. It is sent at least once: a try that nobody could note
 * down, because the process died behind it, is made again under the same id, by which the receiver
 * drops it. */
#include "notice/deliver.h"

#include <string.h>

#include "base/log.h"
#include "base/str.h"
#include "base/time.h"
#include "base/buf.h"
#include "call/lazy.h"
#include "call/row_json.h"
#include "crypto/crypto.h"
#include "file/upkeep.h"
#include "notice/message.h"
#include "notice/notice.h"
#include "notice/post.h"
#include "tenant/sealed.h"

enum {
    ARENA_MAX = 8 << 20,
    ASK_US = 10 * 1000 * 1000,
    LEASE_MORE_MS = 2000, /* beyond the longest try */
    AGAIN_MAX_MS = 3600 * 1000,
    JITTER = 4, /* a quarter more or less */
    HEADERS_MAX = 4
};

static struct lazy stmt_claim = {.sql = "select * from core.outbox_claim($1, $2)"};
static struct lazy stmt_done = {.sql = "select core.outbox_done($1, $2::uuid, $3, $4, $5, $6, $7)"};
static struct lazy stmt_leave = {.sql = "select core.outbox_leave($1, $2::uuid, $3)"};

struct delivery {
    struct arena *a;
    const struct db_rows *row;
    const char *county_text;
    int county;
    bool final; /* trying again would end the same way */
};

static const struct db_rows *ask(struct db_conn *gate, struct arena *a, struct lazy *l, int n,
                                 const char *const *params)
{
    struct db_batch *b = batch_new(a, clock_mono() + ASK_US);

    lazy_add(b, l, n, params);
    if (db_run(gate, b) == DB_OK)
        return b->item[0].rows;
    log_line(LOG_WARN, "outbox", "sqlstate %s", b->error.sqlstate);
    return NULL;
}

static const char *text_of(const struct delivery *d, const char *name)
{
    int col = rows_column(d->row, name);

    return col < 0 || rows_null(d->row, 0, col) ? NULL : rows_text(d->row, 0, col);
}

/* ---- what is sent ---------------------------------------------------------------------------- */

static char *opened(const struct delivery *d, const char *table, const char *column, const char *id)
{
    size_t n = 0;
    int col = rows_column(d->row, column);
    const uint8_t *sealed = rows_null(d->row, 0, col) ? NULL : rows_bytes(d->a, d->row, 0, col, &n);

    return sealed_open(d->a, d->county, table, column, id, sealed, n);
}

static const char *words_of(const struct delivery *d, struct notice *n)
{
    const char *kept = text_of(d, "args"), *args = kept ? kept : "{}";
    struct jv_fault fault;

    *n = (struct notice){.module = text_of(d, "module"),
                         .text = text_of(d, "text"),
                         .record = text_of(d, "record"),
                         .id = text_of(d, "record_id"),
                         .args = jv_parse(d->a, args, strlen(args), &fault)};
    return notice_text(d->a, str_eq(text_of(d, "lang"), "en") ? LANG_EN : LANG_ZH, n);
}

static const char *time_text(struct arena *a, const char *at)
{
    struct buf b;
    struct jw w;
    const char *out;

    buf_init(&b, TIME_TEXT * 2);
    jw_init(&w, &b);
    time_json(&w, at);
    out = arena_strndup(a, b.p + 1, b.n - 2); /* without the quotes */
    buf_free(&b);
    return out;
}

/* NULL, or why it cannot be sent. */
static const char *webhook_make(struct delivery *d, struct post *p, const char **headers)
{
    struct notice n;
    const char *words = words_of(d, &n), *timestamp;
    const struct message_parts m = {.id = text_of(d, "notice"),
                                    .at = time_text(d->a, text_of(d, "at")),
                                    .key = n.text,
                                    .text = words,
                                    .record = n.record,
                                    .record_id = n.id,
                                    .href = notice_link(d->a, &n),
                                    .div = text_of(d, "div"),
                                    .account = text_of(d, "account"),
                                    .post = text_of(d, "post"),
                                    .county = d->county};
    char *secret = opened(d, "core.notice_channel", "secret_enc", text_of(d, "channel"));

    if (!secret)
        return "secret";
    timestamp = arena_printf(d->a, "%lld", (long long)(clock_us() / 1000000));
    p->body = message_body(d->a, &m);
    if (p->body) {
        headers[p->nheaders++] = arena_printf(d->a, "Wulian-Id: %s", text_of(d, "id"));
        headers[p->nheaders++] = arena_printf(d->a, "Wulian-Timestamp: %s", timestamp);
        headers[p->nheaders++] = arena_printf(d->a, "Wulian-Signature: %s",
                                              message_signature(d->a, secret, timestamp, p->body));
    }
    crypto_wipe(secret, strlen(secret));
    return p->body ? NULL : "too_large";
}

static const char *sms_make(struct delivery *d, struct post *p, const char **headers)
{
    struct notice n;
    const char *words = words_of(d, &n), *header = text_of(d, "header");
    char *phone, *secret;

    if (!text_of(d, "phone_enc")) {
        d->final = true; /* taken back meanwhile */
        return "no_phone";
    }
    phone = opened(d, "core.notice_phone", "phone_enc", text_of(d, "account"));
    if (!phone)
        return "secret";
    p->body = template_fill(d->a, text_of(d, "template"), phone, words);
    crypto_wipe(phone, strlen(phone));
    headers[p->nheaders++] = arena_printf(d->a, "Wulian-Id: %s", text_of(d, "id"));
    if (header) {
        secret = opened(d, "core.notice_channel", "secret_enc", text_of(d, "channel"));
        if (!secret)
            return "secret";
        headers[p->nheaders++] = arena_printf(d->a, "%s: %s", header, secret);
        crypto_wipe(secret, strlen(secret));
    }
    return p->body ? NULL : "too_large";
}

/* ---- what became of it ----------------------------------------------------------------------- */

/* Twice as long before each further try, a quarter more or less, so that what failed together is
 * not tried again together. */
static int64_t again_ms(int64_t base, int attempt)
{
    int64_t wait = base;
    uint32_t dice;

    for (int i = 1; i < attempt && wait < AGAIN_MAX_MS; i++)
        wait *= 2;
    if (wait > AGAIN_MAX_MS)
        wait = AGAIN_MAX_MS;
    crypto_random(&dice, sizeof dice);
    return wait - wait / JITTER + (int64_t)(dice % (uint32_t)(wait / 2 + 1));
}

static void left(struct db_conn *gate, const struct delivery *d)
{
    const char *p[] = {d->county_text, text_of(d, "id"), text_of(d, "attempt")};

    ask(gate, d->a, &stmt_leave, 3, p);
}

static void done(struct db_conn *gate, const struct delivery *d, struct posted r, int retry_ms)
{
    int attempt = (int)rows_int(d->row, 0, rows_column(d->row, "attempt"));
    const char *p[] = {d->county_text,
                       text_of(d, "id"),
                       text_of(d, "attempt"),
                       r.status ? arena_printf(d->a, "%d", r.status) : NULL,
                       r.reason,
                       d->final ? "t" : "f",
                       arena_printf(d->a, "%lld", (long long)again_ms(retry_ms, attempt))};
    const struct db_rows *became = ask(gate, d->a, &stmt_done, 7, p);

    log_line(r.reason ? LOG_WARN : LOG_INFO, "notice_sent", "%s over channel %s, try %d: %s%s%s",
             text_of(d, "id"), text_of(d, "channel"), attempt, r.reason ? r.reason : "sent",
             r.reason ? ", " : "",
             !r.reason                      ? ""
             : became && rows_count(became) ? rows_text(became, 0, 0)
                                            : "unknown");
}

static void attempt(struct db_conn *gate, struct delivery *d, const struct delivery_options *o)
{
    const char *headers[HEADERS_MAX];
    struct post p = {.url = text_of(d, "url"),
                     .method = text_of(d, "method"),
                     .headers = headers,
                     .stop = o->stop};
    struct posted r = {0, NULL};
    bool sms = str_eq(text_of(d, "kind"), "sms");

    r.reason = !file_keys_load(gate, d->a, d->county) ? "secret"
               : sms               ? sms_make(d, &p, headers)
                                   : webhook_make(d, &p, headers);
    if (!r.reason) {
        p.body_n = strlen(p.body);
        r = post_send(d->a, &p);
    }
    if (str_eq(r.reason, "stopped"))
        left(gate, d);
    else
        done(gate, d, r, o->retry_ms);
}

bool deliver_one(struct db_conn *gate, const char *county, const struct delivery_options *o)
{
    struct arena *a = arena_new(ARENA_MAX);
    struct delivery d = {.a = a, .county_text = county};
    const char *p[] = {county, arena_printf(a, "%d", post_timeout_ms() + LEASE_MORE_MS)};
    int64_t n = 0;
    bool some;

    d.row = ask(gate, a, &stmt_claim, 2, p);
    some = d.row && rows_count(d.row) == 1 && str_int64(county, &n);
    d.county = (int)n;
    if (some)
        attempt(gate, &d, o);
    arena_free(a);
    return some;
}

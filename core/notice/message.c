#include "notice/message.h"

#include <string.h>

#include "base/buf.h"
#include "crypto/crypto.h"
#include "json/jv.h"
#include "json/jw.h"

enum { BODY_MAX = 32 * 1024 };

static const char *taken(struct arena *a, struct buf *b)
{
    const char *text = b->over ? NULL : arena_strndup(a, b->p, b->n);

    buf_free(b);
    return text;
}

const char *message_body(struct arena *a, const struct message_parts *m)
{
    struct buf b;
    struct jw w;

    buf_init(&b, BODY_MAX);
    jw_init(&w, &b);
    jw_object(&w);
    jw_kv_text(&w, "id", m->id);
    jw_kv_text(&w, "at", m->at);
    jw_kv_int(&w, "county", m->county);
    jw_kv_text(&w, "key", m->key);
    jw_kv_text(&w, "text", m->text);
    jw_kv_text(&w, "record", m->record);
    jw_kv_text(&w, "record_id", m->record_id);
    jw_kv_text(&w, "href", m->href);
    jw_kv_text(&w, "div", m->div);
    jw_key(&w, "to");
    jw_object(&w);
    jw_kv_text(&w, "account", m->account);
    jw_kv_text(&w, "post", m->post);
    jw_end(&w, '}');
    jw_end(&w, '}');
    return taken(a, &b);
}

const char *message_signature(struct arena *a, const char *secret, const char *timestamp,
                              const char *body)
{
    const char *signed_text = arena_printf(a, "%s.%s", timestamp, body);
    uint8_t mac[SHA256_LEN];
    char hex[2 * SHA256_LEN + 1];

    hmac_sha256((const uint8_t *)secret, strlen(secret), signed_text, strlen(signed_text), mac);
    hex_encode(mac, sizeof mac, hex);
    return arena_printf(a, "v1=%s", hex);
}

/* ---- short messages -------------------------------------------------------------------------- */

/* What stands between the quotes of a JSON string. */
static void inside_add(struct buf *out, const char *text)
{
    struct buf b;
    struct jw w;

    buf_init(&b, BODY_MAX);
    jw_init(&w, &b);
    jw_text(&w, text);
    if (b.over || b.n < 2)
        out->over = true;
    else
        buf_add(out, b.p + 1, b.n - 2);
    buf_free(&b);
}

static bool begins(const char *at, const char *word)
{
    return strncmp(at, word, strlen(word)) == 0;
}

const char *template_fill(struct arena *a, const char *text, const char *phone, const char *words)
{
    static const char at_phone[] = "{phone}", at_text[] = "{text}";
    struct buf b;

    buf_init(&b, BODY_MAX);
    for (const char *at = text; *at;) {
        bool is_phone = begins(at, at_phone), is_text = begins(at, at_text);

        if (is_phone || is_text) {
            inside_add(&b, is_phone ? phone : words);
            at += is_phone ? sizeof at_phone - 1 : sizeof at_text - 1;
        } else {
            buf_char(&b, *at++);
        }
    }
    return taken(a, &b);
}

bool template_valid(struct arena *a, const char *text)
{
    struct jv_fault fault;
    const struct jv *v = jv_parse(a, text, strlen(text), &fault);

    return jv_type(v) == JV_OBJECT && strstr(text, "{phone}") && strstr(text, "{text}");
}

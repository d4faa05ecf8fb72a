/* The demonstration's residents and first requests. Everybody is invented: names are drawn from two
 * short lists, id numbers are well-formed with a right check digit. They are registered through the
 * operations themselves, so encryption, search columns, history and audit are as with real ones. */
#include "demo.h"

#include <stdio.h>
#include <string.h>

#include "base/time.h"
#include "base/uuid.h"
#include "call/lazy.h"
#include "iam/hint.h"
#include "iam/login.h"
#include "local.h"
#include "plugin/modules.h"
#include "tenant/keyring.h"

enum { WAIT_US = 60 * 1000000, REQUEST_EVERY = 60, SESSION_MINUTES = 30 };

struct loading {
    struct demo *demo;
    const struct demo_county *county;
    struct local caller;
    struct db_rows *villages;
    uint32_t dice;
};

/* xorshift32: the demonstration is the same each time. */
static unsigned roll(struct loading *l, unsigned sides)
{
    l->dice ^= l->dice << 13;
    l->dice ^= l->dice >> 17;
    l->dice ^= l->dice << 5;
    return l->dice % sides;
}

#define PICK(l, list) (list)[roll((l), sizeof(list) / sizeof((list)[0]))]

/* ---- one invented person --------------------------------------------------------------------- */

static const char *const surnames[] = {"盘", "赵", "李", "冯", "邓",   "奉", "黄", "唐",
                                       "蒋", "何", "莫", "单", "欧阳", "陈", "周", "义"};
static const char *const given[] = {"秀英", "桂兰", "春山", "明德", "玉珍", "国安", "小妹", "文彬",
                                    "金凤", "有财", "满妹", "建国", "秋菊", "志勇", "海燕", "福生"};

/* GB 11643: the last character over the first 17 digits. */
static char check_digit(const char *digits)
{
    static const int weights[] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    int sum = 0;
    for (int i = 0; i < 17; i++)
        sum += weights[i] * (digits[i] - '0');
    return "10X98765432"[sum % 11];
}

/* Numbers keep the county's code of the year of registration: Jianghua's was 432926 until 1994. */
static const char *id_number(struct loading *l, struct date birth, bool female)
{
    struct arena *a = l->demo->cli->arena;
    int code = l->county->county == 431129 && birth.year < 1995 ? 432926 : l->county->county;
    unsigned sequence = (roll(l, 499) * 2 + (female ? 0 : 1)) % 1000;
    char *text = arena_printf(a, "%06d%04d%02d%02d%03u0", code, birth.year, birth.month, birth.day,
                              sequence);
    text[17] = check_digit(text);
    return text;
}

static const char *resident_json(struct loading *l, const char *div)
{
    struct date birth = {1932 + (int)roll(l, 85), 1 + (int)roll(l, 12), 1 + (int)roll(l, 28)};
    bool female = roll(l, 2) == 0;
    const char *surname = PICK(l, surnames), *name = PICK(l, given);
    const char *id = id_number(l, birth, female);
    return arena_printf(
        l->demo->cli->arena,
        "{\"div\":\"%s\",\"name\":\"%s%s\",\"sex\":\"%s\",\"birth\":\"%04d-%02d-%02d\","
        "\"id_type\":\"1\",\"id_number\":\"%s\",\"phone\":\"199%08u\","
        "\"ethnicity\":\"%s\",\"address\":\"%u 组\"}",
        div, surname, name, female ? "2" : "1", birth.year, birth.month, birth.day, id,
        roll(l, 100000000), roll(l, 3) ? "13" : "01", 1 + roll(l, 9));
}

static const char *request_json(struct loading *l, const char *div, const char *person)
{
    static const char *const asked[][3] = {
        {"BUY_DRUG", "E", "降压药快吃完了，请帮忙代买"}, {"MEAL", "E", "想订午餐送餐上门"},
        {"POLICY", "A", "咨询临时救助怎么申请"},         {"STUDY", "C", "孩子放学后无人辅导作业"},
        {"MEDIATE", "G", "与邻居因水渠起争执"},
    };
    const char *const *x = PICK(l, asked);
    return arena_printf(
        l->demo->cli->arena,
        "{\"div\":\"%s\",\"person\":\"%s\",\"channel\":\"HOTLINE\",\"category\":\"%s\","
        "\"domain\":\"%s\",\"urgency\":\"U%u\",\"content\":\"%s\"}",
        div, person, x[0], x[1], 2 + roll(l, 3), x[2]);
}

/* ---- registering ----------------------------------------------------------------------------- */

static bool post(struct loading *l, const char *path, const char *json, const char **id)
{
    struct arena *a = l->demo->cli->arena;
    struct jv_fault fault;
    const char *reply;
    int status = local_call(&l->caller, a, "POST", path, NULL, json, &reply);
    const struct jv *body = status == 201 ? jv_parse(a, reply, strlen(reply), &fault) : NULL;
    *id = jv_text(jv_get(body, "id"));
    if (!*id)
        cli_fail(l->demo->cli, "%s: status %d: %s", path, status, reply);
    return *id != NULL;
}

static bool village_fill(struct loading *l, const char *div, int residents, int *made)
{
    const char *person, *request;
    for (int i = 0; i < residents; i++, ++*made) {
        if (!post(l, "/api/v1/station/residents", resident_json(l, div), &person))
            return false;
        if (*made % REQUEST_EVERY == 0 &&
            !post(l, "/api/v1/station/requests", request_json(l, div, person), &request))
            return false;
    }
    return true;
}

/* ---- the session behind it ------------------------------------------------------------------- */

static struct lazy stmt_session = {
    .sql = "insert into core.session (county, hash, kind, account, post, expires_at)"
           " select a.county, sha256(convert_to($2, 'UTF8')), 'service', a.id, p.id,"
           "        now() + make_interval(mins => $3::int)"
           "   from admin.account a"
           "   join admin.post p on p.county = a.county and p.account = a.id and p.state = 'active'"
           "  where a.county = $1::int and a.login = 'hotline'"};
static struct lazy stmt_session_end = {
    .sql = "update core.session set ended_at = now()"
           " where county = $1::int and hash = sha256(convert_to($2, 'UTF8'))"};
/* More of those who live where there is a room are known. */
static struct lazy stmt_villages = {
    .sql = "select d.code, case when exists (select from admin.org_unit o"
           " where o.county = $1::int and o.kind = 'ROOM' and o.div = d.code"
           " and o.deleted_at is null) then 24 else 6 end as residents"
           "  from core.division d"
           " where d.level = 5 and d.valid_to is null and d.code / 1000 % 1000 < 400"
           "   and d.code >= $1::bigint * 1000000 and d.code < ($1::bigint + 1) * 1000000"
           "   and not exists (select from station.resident r where r.county = $1::int)"
           " order by d.code"};

static struct db_rows *as_owner(struct loading *l, struct lazy *stmt, int n, const char *secret)
{
    struct arena *a = l->demo->cli->arena;
    struct db_batch *b = batch_new(a, clock_mono() + WAIT_US);
    const char *p[] = {arena_printf(a, "%d", l->county->county), secret,
                       arena_printf(a, "%d", SESSION_MINUTES)};
    lazy_add(b, stmt, n, p);
    return cli_run(l->demo->cli, l->demo->owner, b) ? b->item[0].rows : NULL;
}

bool demo_operations(struct demo *d, struct db_conn *app)
{
    const struct module_options o = module_options_of(&d->cli->settings);
    struct module_list modules;
    const char *why = "";
    if (d->ops)
        return true;
    if (!keyring_open(settings_text(&d->cli->settings, "keys.master_file"), &why) ||
        !modules_load(d->cli->arena, &o, &modules, &why) ||
        !modules_check(d->cli->arena, &modules, app, MODULES_COMPARE, &why)) {
        cli_fail(d->cli, "%s", why);
        return false;
    }
    d->ops = modules_ops(d->cli->arena, &modules, &d->nops);
    return true;
}

static bool caller_open(struct loading *l, char *secret)
{
    l->caller.app = cli_connect(l->demo->cli, "db.app_dsn");
    if (!l->caller.app || !demo_operations(l->demo, l->caller.app))
        return false;
    l->caller.ops = l->demo->ops;
    l->caller.nops = l->demo->nops;
    l->caller.hints = hint_cache_new(4);
    l->caller.county = l->county->county;
    l->caller.secret = secret;
    token_secret(secret);
    return as_owner(l, &stmt_session, 3, secret) != NULL;
}

static bool villages_fill(struct loading *l)
{
    int made = 0, n = rows_count(l->villages);
    for (int i = 0; i < n; i++) {
        if (!village_fill(l, rows_text(l->villages, i, 0), (int)rows_int(l->villages, i, 1), &made))
            return false;
        cli_progress("residents", (double)(i + 1) / n);
    }
    cli_progress_end();
    fprintf(stderr, "demo: %d: %d residents\n", l->county->county, made);
    return true;
}

bool demo_residents(struct demo *d, const struct demo_county *county)
{
    struct loading l = {.demo = d, .county = county, .dice = 20260101u + (uint32_t)county->county};
    char secret[TOKEN_SECRET_TEXT];
    bool ok;
    l.villages = as_owner(&l, &stmt_villages, 1, NULL);
    if (!l.villages || rows_count(l.villages) == 0)
        return l.villages != NULL;
    ok = caller_open(&l, secret) && villages_fill(&l);
    if (l.caller.secret)
        as_owner(&l, &stmt_session_end, 2, secret);
    hint_cache_free(l.caller.hints);
    db_close(l.caller.app);
    return ok;
}

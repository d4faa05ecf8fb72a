#include "http/health.h"

#include "json/jw.h"

/* No batch: the reply is set while planning, so a database that is away changes nothing here. */
static bool healthz_plan(struct call *c, struct db_batch *b)
{
    struct jw *w = reply_json(c, 200);

    (void)b;
    jw_object(w);
    jw_kv_text(w, "status", "ok");
    jw_end(w, '}');
    return false;
}

const struct op http_ops[] = {
    {
        .method = "GET",
        .path = "/healthz",
        .lane = OP_QUICK,
        .flags = OP_ANONYMOUS,
        .plan = healthz_plan,
        .summary = "The process answers",
        .gives = "{status}",
    },
};
const int http_nops = sizeof http_ops / sizeof *http_ops;

#include "plugin/modules.h"

#include <string.h>

#include "audit/ops.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "call/messages.h"
#include "file/ops.h"
#include "iam/admin_module.h"
#include "iam/ops.h"
#include "iam/permission.h"
#include "job/job.h"
#include "notice/channels.h"
#include "notice/notice.h"
#include "plugin/check.h"
#include "plugin/load.h"
#include "plugin/parts.h"
#include "plugin/route.h"
#include "plugin/statements.h"
#include "record/agenda.h"
#include "record/chore.h"
#include "record/codes.h"
#include "record/drift.h"
#include "record/effect.h"
#include "record/exchange.h"
#include "record/label.h"
#include "record/rec_file.h"
#include "record/record.h"
#include "record/remind.h"
#include "record/menu.h"
#include "record/related.h"
#include "record/schema.h"
#include "record/title.h"
#include "record/tell.h"
#include "record/rule.h"
#include "record/unique.h"
#include "record/work.h"
#include "report/ops.h"
#include "station/station.h"
#include "tenant/activation.h"
#include "tenant/ops.h"
#include "tenant/quarantine.h"

enum { CHECK_MAX = 64 << 20 };
enum { MODULES_MAX = 32, RECORDS_MAX = 256, OPS_MAX = 2000 };

/* Compiled records of the process, in the order of their modules. */
static struct {
    struct rec *items[RECORDS_MAX];
    int n;
} records;

static const char *record_fault(const struct rec *r)
{
    if (records.n == RECORDS_MAX)
        return "there are too many records: load fewer plugins";
    for (int i = 0; i < records.n; i++) {
        const struct rec *x = records.items[i];
        if (str_eq(x->name, r->name))
            return "declared twice; drop one";
        if (str_eq(x->owner, r->owner) && str_eq(x->d.path, r->d.path))
            return "another record has its path; choose another";
    }
    return NULL;
}

static bool records_compile(struct arena *a, const struct module *m, const char **why)
{
    for (uint32_t i = 0; i < m->plugin->records.count; i++) {
        struct wl_record d;
        struct rec *r = arena_alloc(a, sizeof *r);
        record_row(&m->plugin->records, i, &d);
        if (!rec_compile(a, m->plugin, m->linked, &d, r, why))
            return false;
        const char *fault = record_fault(r);
        if (fault) {
            *why = arena_printf(a, "%s: record %s: %s", m->plugin->name, d.name, fault);
            return false;
        }
        records.items[records.n++] = r;
    }
    return true;
}

static bool module_add(struct arena *a, struct module_list *out, const struct wl_plugin *described,
                       bool linked, const char **why)
{
    const struct wl_plugin *p = plugin_whole(a, described, why);
    if (!p)
        return false;
    if (out->n == MODULES_MAX) {
        *why = arena_printf(a, "%s: too many plugins; load fewer", p->name);
        return false;
    }
    for (int i = 0; i < out->n; i++)
        if (str_eq(out->items[i].plugin->name, p->name)) {
            *why = arena_printf(a, "%s: named twice in plugins.enabled; name it once", p->name);
            return false;
        }
    struct module *m = &out->items[out->n++];
    *m = (struct module){p, linked, ""};
    return module_check(a, p, linked, why) && permission_declare(p->name, p->access, why) &&
           records_compile(a, m, why) &&
           (linked || (module_check_rights(a, p, why) && module_check_texts(a, p, why)));
}

/* Texts of linked modules are the core's: their keys stand beside each other. */
static bool station_texts(struct arena *a, const struct module_options *o, const char **why)
{
    if (!messages_load(a, NULL, arena_printf(a, "%s/station/messages", o->core_dir), why))
        return false;
    for (uint32_t i = 0; i < station_module.nparts; i++)
        if (!messages_load(a, NULL,
                           arena_printf(a, "%s/station/%s/messages", o->core_dir,
                                        station_module.parts[i]->name),
                           why))
            return false;
    return true;
}

static bool linked_add(struct arena *a, const struct module_options *o, struct module_list *out,
                       const char **why)
{
    return messages_load(a, NULL, arena_printf(a, "%s/messages", o->core_dir), why) &&
           messages_load(a, NULL, arena_printf(a, "%s/record/messages", o->core_dir), why) &&
           messages_load(a, NULL, arena_printf(a, "%s/file/messages", o->core_dir), why) &&
           messages_load(a, NULL, arena_printf(a, "%s/iam/messages", o->core_dir), why) &&
           messages_load(a, NULL, arena_printf(a, "%s/job/messages", o->core_dir), why) &&
           messages_load(a, NULL, arena_printf(a, "%s/notice/messages", o->core_dir), why) &&
           messages_load(a, NULL, arena_printf(a, "%s/report/messages", o->core_dir), why) &&
           station_texts(a, o, why) && permission_declare_core(why) &&
           module_add(a, out, &admin_module, true, why) &&
           module_add(a, out, &station_module, true, why);
}

static bool plugin_texts(struct arena *a, const struct module_options *o, const char *name,
                         const char **why)
{
    if (messages_load(a, name, arena_printf(a, "%s/%s/messages", o->source_dir, name), why))
        return true;
    *why = arena_printf(a,
                        "%s: messages: %s (a plugin brings messages/zh-CN.json and en.json with"
                        " the same keys)",
                        name, *why);
    return false;
}

/* Its texts do no harm: whoever misses it finds it by the title it has in lists. */
static void left_out(struct arena *a, const struct module_options *o, const char *name)
{
    const char *why = "";
    log_line(LOG_WARN, "plugin_left_out", "%s: it crashed again and again while it was loaded",
             name);
    if (!plugin_texts(a, o, name, &why))
        log_line(LOG_WARN, "plugin_texts", "%s", why);
}

static bool plugin_add(struct arena *a, const struct module_options *o, struct module_list *out,
                       const char *name, const char **why)
{
    const struct load_watch *watch = o->watch;
    const struct wl_plugin *p;
    char fingerprint[FINGERPRINT_TEXT];
    bool ok;
    plugin_fingerprint(a, o->so_dir, name, fingerprint);
    if (quarantine_leaves_out(name, fingerprint)) {
        left_out(a, o, name);
        return true;
    }
    if (watch)
        watch->enter(watch->self, name, fingerprint);
    p = plugin_open(a, o->so_dir, name, why);
    ok = p && plugin_texts(a, o, p->name, why) && module_add(a, out, p, false, why);
    if (ok)
        out->items[out->n - 1].fingerprint = arena_strdup(a, fingerprint);
    if (watch)
        watch->leave(watch->self);
    return ok;
}

static bool plugins_add(struct arena *a, const struct module_options *o, struct module_list *out,
                        const char **why)
{
    size_t n;
    const char *names = str_eq(o->names, "*") ? plugin_names(a, o->so_dir) : o->names;
    for (const char *at = names, *w; (w = str_word_next(&at, &n));)
        if (!plugin_add(a, o, out, arena_strndup(a, w, n), why))
            return false;
    return true;
}

/* Who may be turned on (plugins only), and whose indicators are reported (everybody's). */
static bool catalogs_set(struct arena *a, const struct module_list *m, const char **why)
{
    const struct wl_plugin **plugins = arena_alloc(a, sizeof *plugins * MODULES_MAX);
    const struct wl_plugin **all = arena_alloc(a, sizeof *all * MODULES_MAX);
    int n = 0;
    for (int i = 0; i < m->n; i++) {
        all[i] = m->items[i].plugin;
        if (!m->items[i].linked)
            plugins[n++] = m->items[i].plugin;
    }
    activation_set_catalog(plugins, n);
    struct schema_module *described = arena_alloc(a, sizeof *described * MODULES_MAX);
    for (int i = 0; i < m->n; i++)
        described[i] = (struct schema_module){m->items[i].plugin, m->items[i].linked};
    schema_set_modules(described, m->n);
    return report_set_catalog(a, all, m->n, why);
}

bool modules_load(struct arena *a, const struct module_options *o, struct module_list *out,
                  const char **why)
{
    out->items = arena_alloc(a, sizeof *out->items * MODULES_MAX);
    out->n = 0;
    if (!linked_add(a, o, out, why) || !plugins_add(a, o, out, why))
        return false;
    rec_register(records.items, records.n);
    notice_words(tell_text, tell_link);
    for (int i = 0; i < records.n; i++)
        if (!rec_prepare(a, records.items[i], why) || !labels_check(a, records.items[i], why))
            return false;
    for (int i = 0; i < records.n; i++)
        if (!related_build(a, records.items[i], why))
            return false;
    for (int i = 0; i < records.n; i++) /* when the notices of every record are known */
        if (!effects_build(a, records.items[i], why))
            return false;
    for (int i = 0; i < out->n; i++)
        if (!chores_build(a, out->items[i].plugin, out->items[i].linked, why))
            return false;
    return agenda_build(a, why) && reminders_build(a, why) && work_build(a, why) &&
           catalogs_set(a, out, why);
}

static int table_ops(const struct op *from, int n, const struct op **ops, int max)
{
    for (int i = 0; i < n && i < max; i++)
        ops[i] = &from[i];
    return n < max ? n : max;
}

const struct op *const *modules_ops(struct arena *a, const struct module_list *m, int *n)
{
    const struct op **ops = arena_alloc(a, sizeof *ops * OPS_MAX);
    int at = table_ops(iam_ops, iam_nops, ops, OPS_MAX);
    at += table_ops(tenant_ops, tenant_nops, ops + at, OPS_MAX - at);
    at += table_ops(audit_ops, audit_nops, ops + at, OPS_MAX - at);
    at += table_ops(job_ops, job_nops, ops + at, OPS_MAX - at);
    at += table_ops(notice_ops, notice_nops, ops + at, OPS_MAX - at);
    at += table_ops(channel_ops, channel_nops, ops + at, OPS_MAX - at);
    at += table_ops(phone_ops, phone_nops, ops + at, OPS_MAX - at);
    at += table_ops(agenda_ops, agenda_nops, ops + at, OPS_MAX - at);
    at += table_ops(report_ops, report_nops, ops + at, OPS_MAX - at);
    at += table_ops(series_ops, series_nops, ops + at, OPS_MAX - at);
    at += table_ops(work_ops, work_nops, ops + at, OPS_MAX - at);
    at += file_ops(a, rec_file_held, ops + at, OPS_MAX - at);
    at += table_ops(schema_ops, schema_nops, ops + at, OPS_MAX - at);
    at += table_ops(&menu_op, 1, ops + at, OPS_MAX - at);
    at += table_ops(title_ops, title_nops, ops + at, OPS_MAX - at);
    for (int i = 0; i < records.n; i++)
        at += rec_ops(a, records.items[i], ops + at, OPS_MAX - at);
    for (int i = 0; i < records.n; i++)
        at += rec_exchange_ops(a, records.items[i], ops + at, OPS_MAX - at);
    for (int i = 0; i < m->n; i++)
        at += route_ops(a, m->items[i].plugin, m->items[i].linked, ops + at, OPS_MAX - at);
    *n = at;
    return ops;
}

static bool code_table_known(struct arena *a, const char *owner, const char *what, const char *tab,
                             const char **why)
{
    if (codes_known(tab))
        return true;
    *why = arena_printf(a, "%s: %s: no code table %s in core.code; insert its rows in a migration",
                        owner, what, tab);
    return false;
}

static bool field_codes_known(struct arena *a, const struct rec *r, const struct rec_field *f,
                              const char *within, const char **why)
{
    const char *what = arena_printf(a, "record %s: field %s%s", r->d.name, within, f->d.name);
    if ((f->d.type == WL_CHOICE || f->d.type == WL_CHOICES) &&
        !code_table_known(a, r->owner, what, f->d.of, why))
        return false;
    for (int i = 0; i < f->nitems; i++)
        if (!field_codes_known(a, r, &f->items[i], arena_printf(a, "%s: item field ", f->d.name),
                               why))
            return false;
    return true;
}

static bool record_codes_known(struct arena *a, const struct rec *r, const char **why)
{
    for (int i = 0; i < r->nfields; i++)
        if (!field_codes_known(a, r, &r->fields[i], "", why))
            return false;
    return rules_codes_known(a, r, why);
}

static bool code_tables_known(struct arena *a, const struct module_list *m, const char **why)
{
    for (int i = 0; i < records.n; i++)
        if (!record_codes_known(a, records.items[i], why))
            return false;
    for (int i = 0; i < m->n; i++) {
        const struct wl_plugin *p = m->items[i].plugin;
        for (uint32_t k = 0; k < p->indicators.count; k++) {
            struct wl_indicator x;
            table_row(&p->indicators, k, &x, sizeof x);
            const char *what = arena_printf(a, "indicator %s", x.code);
            if (x.kinds && !code_table_known(a, p->name, what, x.kinds, why))
                return false;
        }
    }
    return true;
}

/* What is only looked at goes again at the end: a process lives long. */
static bool records_check(struct arena *a, struct db_conn *conn, enum modules_look look,
                          const char **why)
{
    struct arena *own = arena_new(CHECK_MAX);
    const struct catalog *db = catalog_read(own, conn, why);
    bool ok = db != NULL;
    for (int i = 0; ok && i < records.n; i++) {
        struct rec *r = records.items[i];
        ok = drift_check(own, db, r, look == MODULES_AGAIN, why) && uniques_find(a, db, r, why) &&
             (look != MODULES_REMEMBER ||
              (drift_statements(own, conn, r, why) && related_check(own, conn, r, why)));
    }
    ok = ok && isolation_check(own, db, why);
    if (!ok)
        *why = arena_strdup(a, *why);
    arena_free(own);
    mem_trim();
    return ok;
}

static bool statements_check(struct arena *a, struct db_conn *conn, const struct module *m,
                             enum modules_look look, const char **why)
{
    if (look == MODULES_REMEMBER)
        return statements_check_store(a, conn, m->plugin, m->linked, why);
    if (look == MODULES_AGAIN && m->linked) /* the program itself, which served */
        return true;
    return statements_compare(a, conn, m->plugin, look == MODULES_AGAIN, why);
}

/* What is compared at every start, and, with more time and the owner's rights, what migrate looks
 * at once and remembers. */
bool modules_check(struct arena *a, const struct module_list *m, struct db_conn *conn,
                   enum modules_look look, const char **why)
{
    bool store = look == MODULES_REMEMBER;
    if (!codes_load(a, conn, why) || !code_tables_known(a, m, why) ||
        !records_check(a, conn, look, why))
        return false;
    if (store && (!agenda_check(a, conn, why) || !reminders_check(a, conn, why) ||
                  !chores_statements(a, conn, why)))
        return false;
    for (int i = 0; i < m->n; i++)
        if (!statements_check(a, conn, &m->items[i], look, why))
            return false;
    return true;
}

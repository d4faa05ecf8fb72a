/* An empty table to fill in: headings, lists to choose from, and a sheet that explains. */
#include <string.h>

#include "base/str.h"
#include "call/messages.h"
#include "record/codes.h"
#include "record/exchange.h"
#include "record/export.h"
#include "record/label.h"

struct template {
    struct call *c;
    const struct rec *r;
    struct sheet_column column[REC_FIELDS_MAX + 1];
    int n;
};

static const char *word(const struct template *t, const char *key)
{
    return message(t->c->lang, NULL, key);
}

static bool field_filled(const struct rec *r, int i)
{
    const struct wl_field *d = &r->fields[i].d;
    return !(d->flags & (WL_COMPUTED | WL_ACTION)) && d->type != WL_SERIAL &&
           d->type != WL_FILE && d->type != WL_LIST && i != r->state;
}

static void choices_add(struct template *t, struct sheet_column *col, const char *tab)
{
    int n = 0, count = 0;
    const struct code *codes = codes_all(&n);
    const char **out = arena_alloc(t->c->arena, (size_t)n * sizeof *out);
    for (int i = 0; i < n; i++)
        if (str_eq(codes[i].tab, tab) && code_find(tab, codes[i].code, date_today()))
            out[count++] = t->c->lang == LANG_EN ? codes[i].en : codes[i].zh;
    col->choices = out;
    col->choices_count = (size_t)count;
}

/* What may stand in a column: one text for each type. */
static const char *meaning_of(struct template *t, const struct rec_field *f)
{
    static const char *const keys[] = {
        [WL_INTEGER] = "integer",     [WL_MONEY] = "money",         [WL_BOOL] = "bool",
        [WL_DATE] = "date",           [WL_TIME] = "time",           [WL_CHOICE] = "choice",
        [WL_CHOICES] = "choices",     [WL_REFERENCE] = "reference", [WL_STAFF] = "staff",
        [WL_DIVISION] = "division",   [WL_ID_NUMBER] = "id_number", [WL_PHONE] = "phone",
        [WL_DECIMAL] = "integer",     [WL_CLOCK] = "clock",         [WL_USCC] = "uscc",
    };
    const char *key = f->d.type < sizeof keys / sizeof *keys ? keys[f->d.type] : NULL;
    const char *text =
        word(t, arena_printf(t->c->arena, "import.type.%s", key ? key : "text"));
    const char *args[] = {arena_printf(t->c->arena, "%lld",
                                       (long long)(f->d.max ? f->d.max : 2000)),
                          NULL};
    return message_fill(t->c->arena, text, args);
}

static void field_column(struct template *t, int i)
{
    const struct rec_field *f = &t->r->fields[i];
    struct sheet_column *col = &t->column[t->n++];
    const char *label = rec_label(t->c, t->r, i);
    bool boolean = f->d.type == WL_BOOL;
    *col = (struct sheet_column){
        .title = f->d.type == WL_MONEY
                     ? arena_printf(t->c->arena, "%s%s", label, word(t, "import.yuan"))
                     : label,
        .meaning = meaning_of(t, f),
        .required = (f->d.flags & WL_REQUIRED) != 0,
        .style = f->d.type == WL_DATE    ? SHEET_AS_DATE
                 : f->d.type == WL_MONEY ? SHEET_AS_MONEY
                 : f->d.type == WL_INTEGER || f->d.type == WL_DECIMAL ? SHEET_AS_NUMBER
                                                                      : SHEET_AS_TEXT};
    if (f->d.type == WL_CHOICE)
        choices_add(t, col, f->d.of);
    if (boolean) {
        const char **yes_no = arena_alloc(t->c->arena, 2 * sizeof *yes_no);
        yes_no[0] = word(t, "export.yes");
        yes_no[1] = word(t, "export.no");
        col->choices = yes_no;
        col->choices_count = 2;
    }
}

static bool body_write(void *ctx, const void *buf, size_t n)
{
    struct buf *b = ctx;
    buf_add(b, buf, n);
    return !b->over;
}

static void template_write(struct template *t, enum sheet_form form)
{
    struct call *c = t->c;
    struct sheet_sink sink = {&c->reply.body, body_write};
    const char *lines[] = {word(t, "import.help.1"), word(t, "import.help.2"),
                           word(t, "import.help.3")};
    const char *name = message_find(c->lang, t->r->owner, t->r->d.name);
    const struct sheet_table table = {
        .name = name ? name : t->r->d.name,
        .column = t->column,
        .columns = (size_t)t->n,
        .help = word(t, "import.help"),
        .help_head = {word(t, "import.column"), word(t, "import.required"),
                      word(t, "import.meaning"), word(t, "import.example")},
        .required_word = word(t, "import.required"),
        .help_line = lines,
        .help_lines = sizeof lines / sizeof *lines,
        .choice_title = word(t, "import.choice"),
        .choice_text = word(t, "import.choice.text"),
    };
    struct sheet_writer *w = sheet_write_open(form, &table, &sink);
    bool ok = sheet_write_end(w);
    sheet_write_free(w);
    if (!ok) {
        problem(c, 500, "internal");
        return;
    }
    c->reply.status = 200;
    c->reply.type = form == SHEET_XLSX
                        ? "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
                        : "text/csv; charset=utf-8";
    c->reply.file =
        arena_printf(c->arena, "%s.%s", table.name, form == SHEET_XLSX ? "xlsx" : "csv");
}

bool rec_template_plan(struct call *c, struct db_batch *b)
{
    const char *format = call_query(c, "format");
    (void)b; /* enter alone */
    if (format && !str_has_word("csv xlsx", format)) {
        fault_add(c, "?format", "export_format", NULL);
        return !faults_reply_as(c, 400, "bad_query");
    }
    return true;
}

void rec_template_render(struct call *c, struct db_batch *b)
{
    struct template *t = arena_alloc(c->arena, sizeof *t);
    (void)b;
    t->c = c;
    t->r = rec_op_of(c)->r;
    t->column[t->n++] = (struct sheet_column){.title = word(t, "import.div"),
                                              .meaning = word(t, "import.type.div"),
                                              .style = SHEET_AS_TEXT};
    for (int i = 0; i < t->r->nfields; i++)
        if (field_filled(t->r, i))
            field_column(t, i);
    buf_reset(&c->reply.body);
    template_write(t, str_eq(call_query(c, "format"), "csv") ? SHEET_CSV : SHEET_XLSX);
}

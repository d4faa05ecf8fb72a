#include "record/alike.h"
#include "record/rec_compile.h"

#include <string.h>

#include "base/str.h"
#include "record/brought.h"
#include "record/guard.h"
#include "record/limit.h"
#include "record/may.h"
#include "record/reach.h"
#include "record/readers.h"
#include "record/restore.h"
#include "record/rule.h"
#include "record/section.h"
#include "record/share.h"
#include "record/sql_word.h"
#include "record/unique.h"

bool rec_is_encrypted(uint32_t type)
{
    return type == WL_ID_NUMBER || type == WL_PHONE || type == WL_CARD;
}

bool rec_is_reference(uint32_t type)
{
    return type == WL_REFERENCE || type == WL_STAFF || type == WL_FILE;
}

const char *rec_shown(const struct rec *r, const struct rec_field *f)
{
    return r->columns[f->column + (rec_is_encrypted(f->d.type) ? 2 : 0)].name;
}

int rec_field_find(const struct rec *r, const char *name)
{
    for (int i = 0; i < r->nfields; i++)
        if (str_eq(r->fields[i].d.name, name))
            return i;
    return -1;
}

int rec_state_find(const struct rec *r, const char *name)
{
    for (int i = 0; i < r->nstates; i++)
        if (str_eq(r->states[i], name))
            return i;
    return -1;
}

static struct {
    struct rec *const *items;
    int n;
} all;

void rec_register(struct rec *const *recs, int n)
{
    all.items = recs;
    all.n = n;
}

const struct rec *rec_at(int i)
{
    return i < all.n ? all.items[i] : NULL;
}

const struct rec *rec_find(const char *name)
{
    for (int i = 0; i < all.n; i++)
        if (str_eq(all.items[i]->name, name))
            return all.items[i];
    return NULL;
}

bool rec_action_follow(const char *record, const char *action, rec_follow follow)
{
    for (int i = 0; i < all.n; i++)
        for (int k = 0; k < all.items[i]->nactions; k++)
            if (str_eq(all.items[i]->name, record) &&
                str_eq(all.items[i]->actions[k].d.name, action)) {
                all.items[i]->actions[k].follow = follow;
                return true;
            }
    return false;
}

void table_row(const struct wl_table *t, uint32_t i, void *out, size_t size)
{
    size_t n = t->stride < size ? t->stride : size;
    memset(out, 0, size);
    memcpy(out, (const char *)t->rows + (size_t)i * t->stride, n);
}

void record_row(const struct wl_records *t, uint32_t i, struct wl_record *out)
{
    memset(out, 0, sizeof *out);
    memcpy(out, t->rows[i], t->size < sizeof *out ? t->size : sizeof *out);
}

/* ---- actions --------------------------------------------------------------------------------- */

static bool words_within(const char *words, const char *all_words)
{
    size_t n;
    for (const char *at = words, *w; (w = str_word_next(&at, &n));) {
        char word[64];
        if (n >= sizeof word)
            return false;
        memcpy(word, w, n);
        word[n] = 0;
        if (!str_has_word(all_words, word))
            return false;
    }
    return true;
}

/* "staff! note": marks the fields an action takes and needs. */
static bool action_inputs(struct rec *r, struct rec_action *x)
{
    size_t n;
    for (const char *at = x->d.input, *w; at && (w = str_word_next(&at, &n));) {
        char word[64];
        bool needed = w[n - 1] == '!';
        if (needed)
            n--;
        if (n == 0 || n >= sizeof word)
            return false;
        memcpy(word, w, n);
        word[n] = 0;
        int f = rec_field_find(r, word);
        if (f < 0 || f == r->state || f == r->serial || r->fields[f].d.flags & WL_COMPUTED)
            return false;
        x->takes[f] = true;
        x->needs[f] = needed;
        if (rec_is_reference(r->fields[f].d.type))
            x->ref_field[x->nrefs++] = f;
    }
    return true;
}

/* Lists say which actions are open, so the fields that decide it must be in them. Returns how many
 * words there are, -1 when one of them is no such field. */
static int staff_words(const struct rec *r, const char *words)
{
    int count = 0;
    size_t n;
    for (const char *at = words, *w; at && (w = str_word_next(&at, &n)); count++) {
        int f = -1;
        for (int i = 0; i < r->nfields; i++)
            if (strlen(r->fields[i].d.name) == n && memcmp(r->fields[i].d.name, w, n) == 0)
                f = i;
        if (f < 0 || r->fields[f].d.type != WL_STAFF)
            return -1;
    }
    return count;
}

static const char *life_fault(const struct rec *r, const struct wl_action *d)
{
    if (!d->from || !*d->from || !d->to || !r->d.states)
        return "from, to and the record's states must be set";
    if (!words_within(d->from, r->d.states))
        return "`from` names a state the record does not have; name it in `states`, or mend the "
               "word";
    if (!str_has_word(r->d.states, d->to))
        return "`to` is not one of the record's states; name it in `states`, or mend `to`";
    return NULL;
}

static const char *action_fault(struct arena *a, struct rec *r, struct rec_action *x)
{
    const char *fault = life_fault(r, &x->d);
    if (!rec_word_valid(x->d.name))
        return "the name must be lower-case snake_case";
    if (!rec_word_valid(x->d.permission))
        return "access is missing: name the verb it asks for in `permission`";
    if (fault)
        return fault;
    if (!action_inputs(r, x))
        return "input must name fields of the record that are not computed";
    if (staff_words(r, x->d.only) < 0 || staff_words(r, x->d.never) < 0)
        return "`only` and `never` must name WL_STAFF fields";
    if (x->d.only && staff_words(r, x->d.only) != 1)
        return "`only` must name one field";
    if ((x->d.set.text && !rec_fragment_whole(x->d.set.text)) ||
        (x->d.guard.text && !rec_fragment_whole(x->d.guard.text)))
        return "set and guard " REC_FRAGMENT_FAULT;
    if (x->d.guard.text && !x->d.refusal)
        return "a guard needs a `refusal` message";
    fault = brought_compile(a, r, x);
    return fault ? fault : may_compile(a, r, x);
}

static const struct rec_action *action_find(const struct rec *r, const char *name)
{
    for (int i = 0; i < r->nactions; i++)
        if (str_eq(r->actions[i].d.name, name))
            return &r->actions[i];
    return NULL;
}

/* A field set only as input of an action, which no action takes, is a slip. */
static bool inputs_taken(struct arena *a, const struct rec *r, const char **why)
{
    for (int i = 0; i < r->nfields; i++) {
        bool taken = !(r->fields[i].d.flags & WL_ACTION);
        for (int k = 0; k < r->nactions; k++)
            taken = taken || r->actions[k].takes[i];
        if (!taken)
            return rec_fail(a, why, r, "field", r->fields[i].d.name,
                            "is WL_ACTION, but no action takes it as input; name it in an action's "
                            "`input`, or drop WL_ACTION");
    }
    return true;
}

/* Words become numbers once, so that no row pays for reading them again. */
static bool states_compile(struct arena *a, struct rec *r, const char **why)
{
    size_t n;
    for (const char *at = r->d.states, *w; at && (w = str_word_next(&at, &n));) {
        if (r->nstates == REC_STATES_MAX)
            return rec_fail(a, why, r, "states", NULL,
                            "too many states: at most 32; split the record");
        r->states[r->nstates++] = arena_strndup(a, w, n);
    }
    return true;
}

static bool action_number(struct arena *a, struct rec *r, struct rec_action *x)
{
    size_t n;
    for (int i = 0; i < r->nstates; i++)
        if (str_has_word(x->d.from, r->states[i]))
            x->from |= UINT32_C(1) << i;
    x->only = x->d.only ? rec_field_find(r, x->d.only) : -1;
    for (const char *at = x->d.never, *w; at && (w = str_word_next(&at, &n));) {
        if (x->nnever == REC_NEVER_MAX)
            return false;
        x->never[x->nnever++] = rec_field_find(r, arena_strndup(a, w, n));
    }
    return true;
}

static void fields_number(struct rec *r)
{
    for (int i = 0; i < r->nfields; i++)
        if (r->fields[i].d.flags & WL_LISTED || i == r->state)
            r->listed_fields |= UINT64_C(1) << i;
    if (r->state >= 0 && r->nactions)
        r->decisive = UINT64_C(1) << r->state;
    for (int i = 0; i < r->nactions; i++) {
        if (r->actions[i].only >= 0)
            r->decisive |= UINT64_C(1) << r->actions[i].only;
        for (int k = 0; k < r->actions[i].nnever; k++)
            r->decisive |= UINT64_C(1) << r->actions[i].never[k];
    }
}

static bool actions_compile(struct arena *a, struct rec *r, const char **why)
{
    for (uint32_t i = 0; i < r->d.actions.count; i++) {
        struct rec_action *x = &r->actions[r->nactions];
        if (r->nactions == REC_ACTIONS_MAX)
            return rec_fail(a, why, r, "action", NULL,
                            "too many actions: at most 24; split the record");
        table_row(&r->d.actions, i, &x->d, sizeof x->d);
        const char *fault = action_fault(a, r, x);
        if (!fault && action_find(r, x->d.name))
            fault = "declared twice; drop one";
        if (!fault && !action_number(a, r, x))
            fault = "`never` names too many fields: at most 4";
        if (fault)
            return rec_fail(a, why, r, "action", x->d.name, fault);
        x->verb = arena_printf(a, "%s.%s", r->d.object, x->d.permission);
        r->nactions++;
    }
    fields_number(r);
    return inputs_taken(a, r, why);
}

static bool rec_limits_compile(struct arena *a, struct rec *r, const char **why)
{
    const char *name = NULL, *fault = limits_compile(a, r, &name);
    return !fault || rec_fail(a, why, r, "limit", name, fault);
}

static bool checks_compile(struct arena *a, struct rec *r, const char **why)
{
    r->checks = arena_alloc(a, sizeof *r->checks * (r->d.checks.count + 1u));
    for (uint32_t i = 0; i < r->d.checks.count; i++) {
        struct wl_check *k = &r->checks[r->nchecks++];
        table_row(&r->d.checks, i, k, sizeof *k);
        if (!k->constraint || !k->field || rec_field_find(r, k->field) < 0)
            return rec_fail(a, why, r, "check", k->constraint,
                            "names no field of the record; mend `field`");
    }
    return true;
}

/* ---- the record ------------------------------------------------------------------------------ */

static const char *record_fault(const struct rec *r)
{
    if (!rec_word_valid(r->d.name) || !rec_word_valid(r->d.path))
        return "name and path must be lower-case snake_case";
    if (sql_reserved(r->d.name))
        return "the name is a reserved word of SQL; choose another";
    if (!rec_word_valid(r->d.object))
        return "access is missing: `object` names what its permissions are about";
    if (!r->d.verbs ||
        !words_within(r->d.verbs, "list get create patch delete search restore import export"))
        return "verbs must be some of: list get create patch delete search restore import export";
    if ((r->d.flags & WL_NAMED_READERS) &&
        (str_has_word(r->d.verbs, "import") || str_has_word(r->d.verbs, "export")))
        return "class 4 is neither imported nor exported; drop those verbs";
    if (!r->d.sort)
        return "sort must name the default order; -created_at will do";
    return reach_fault(r);
}

/* States are pasted into SQL, so each is a plain word. */
static bool states_valid(const char *words)
{
    size_t n;
    int count = 0;
    for (const char *at = words, *w; (w = str_word_next(&at, &n)); count++) {
        char word[64];
        if (!str_format(word, sizeof word, "%.*s", (int)n, w) || !rec_word_valid(word))
            return false;
    }
    return count > 0;
}

/* What the default order names must be sortable, or the first list anybody asks for fails. */
static bool sort_known(const struct rec *r)
{
    const char *name = r->d.sort + (r->d.sort[0] == '-');
    int f = rec_field_find(r, name);
    return str_eq(name, "created_at") || (f >= 0 && (r->fields[f].d.flags & WL_SORT));
}

static bool life_check(struct arena *a, const struct rec *r, const char **why)
{
    if (r->d.locked && (!r->d.states || !words_within(r->d.locked, r->d.states)))
        return rec_fail(
            a, why, r, "locked", r->d.locked,
            "names a state the record does not have; name it in `states`, or mend the word");
    if (!r->d.states)
        return true;
    if (!states_valid(r->d.states))
        return rec_fail(a, why, r, "states", r->d.states,
                        "must be lower-case words, the first initial");
    if (r->state < 0)
        return rec_fail(a, why, r, "field", "state",
                        "missing, but the record has states; add it as WL_TEXT and WL_COMPUTED");
    const struct wl_field *d = &r->fields[r->state].d;
    if (d->type != WL_TEXT || !(d->flags & WL_COMPUTED))
        return rec_fail(a, why, r, "field", "state",
                        "must be WL_TEXT and WL_COMPUTED: actions set it");
    return true;
}

static unsigned verbs_of(const char *words)
{
    static const struct {
        const char *word;
        unsigned bit;
    } table[] = {{"list", REC_LIST},       {"get", REC_GET},       {"create", REC_CREATE},
                 {"patch", REC_PATCH},     {"delete", REC_DELETE}, {"search", REC_SEARCH},
                 {"restore", REC_RESTORE}, {"import", REC_IMPORT}, {"export", REC_EXPORT}};
    unsigned bits = 0;
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (str_has_word(words, table[i].word))
            bits |= table[i].bit;
    return bits;
}

static bool specials_find(struct arena *a, struct rec *r, const char **why)
{
    r->state = rec_field_find(r, "state");
    r->person = r->d.person ? rec_field_find(r, r->d.person) : -1;
    r->origin = r->d.origin ? rec_field_find(r, r->d.origin) : -1;
    r->serial = r->name_field = -1;
    for (int i = 0; i < r->nfields; i++) {
        const struct wl_field *d = &r->fields[i].d;
        bool given = !(d->flags & (WL_COMPUTED | WL_ACTION));
        if (d->type == WL_SERIAL)
            r->serial = i;
        if (d->type == WL_NAME && (d->flags & WL_SEARCHED))
            r->name_field = i;
        if (d->sensitivity >= WL_CLASS_3 && !rec_is_encrypted(d->type))
            r->secret = true;
        const char *fault = readers_fault(r, d);
        if (fault)
            return rec_fail(a, why, r, "field", d->name, fault);
        if (rec_is_encrypted(d->type) && (r->verbs & REC_GET))
            r->verbs |= REC_REVEAL;
        if (rec_is_reference(d->type) && given)
            r->ref_field[r->nrefs++] = i;
    }
    if (!sort_known(r))
        return rec_fail(a, why, r, "sort", r->d.sort,
                        "is neither created_at nor a WL_SORT field; give the field WL_SORT, or "
                        "sort by created_at");
    if (r->d.person && (r->person < 0 || r->fields[r->person].d.type != WL_REFERENCE))
        return rec_fail(a, why, r, "person", r->d.person,
                        "is not a reference field of the record; name a WL_REFERENCE field");
    if (r->d.origin && (r->origin < 0 || r->fields[r->origin].d.type != WL_REFERENCE))
        return rec_fail(a, why, r, "origin", r->d.origin,
                        "is not a reference field of the record; name a WL_REFERENCE field");
    return true;
}

static bool share_compile(struct arena *a, const struct rec *r, const char **why)
{
    const char *fault = share_fault(r);
    return !fault || rec_fail(a, why, r, "shares", r->d.shares ? r->d.shares : "to_div", fault);
}

static size_t least(size_t n, size_t most)
{
    return n < most ? n : most;
}

/* As many as the description has: there are more than a hundred records, in every process. What is
 * one too many is refused where it would be put in. */
static void tables_size(struct arena *a, struct rec *r)
{
    size_t n = least(r->d.fields.count, REC_FIELDS_MAX);

    r->fields = arena_alloc(a, n * sizeof *r->fields);
    r->uniques = arena_alloc(a, (n + 1) * sizeof *r->uniques); /* each, and the import key */
    r->search_exact = arena_alloc(a, n * sizeof *r->search_exact);
    r->reveal = arena_alloc(a, n * sizeof *r->reveal);
    r->actions = arena_alloc(a, least(r->d.actions.count, REC_ACTIONS_MAX) * sizeof *r->actions);
    r->limits = arena_alloc(a, least(r->d.limits.count, REC_LIMITS_MAX) * sizeof *r->limits);
    r->rules = arena_alloc(a, least(r->d.rules.count, REC_RULES_MAX) * sizeof *r->rules);
    r->guards = arena_alloc(a, least(r->d.guards.count, REC_GUARDS_MAX) * sizeof *r->guards);
    /* a field has at most three columns, a limit one */
    n = least(3 * n + r->d.limits.count, REC_COLUMNS_MAX);
    r->columns = arena_alloc(a, n * sizeof *r->columns);
}

bool rec_compile(struct arena *a, const struct wl_plugin *plugin, bool linked,
                 const struct wl_record *d, struct rec *out, const char **why)
{
    memset(out, 0, sizeof *out);
    out->plugin = plugin;
    out->owner = plugin->name;
    out->linked = linked;
    out->plugin_gate = linked ? NULL : plugin->name;
    out->d = *d;
    const char *fault = record_fault(out);
    if (fault) {
        *why = arena_printf(a, "%s: record %s: %s", plugin->name, d->name ? d->name : "?", fault);
        return false;
    }
    out->name = arena_printf(a, "%s.%s", plugin->name, d->name);
    out->history = arena_printf(a, "%s_history", out->name);
    out->verbs =
        verbs_of(d->verbs) | (rec_named(out) ? REC_READERS : 0u) | (d->alike ? REC_ALIKE : 0u);
    if ((out->verbs & REC_LIST) && !rec_named(out))
        out->verbs |= REC_COUNTS;
    out->secret = rec_named(out);
    fault = retention_fault(out);
    if (fault)
        return rec_fail(a, why, out, "verbs", d->verbs, fault);
    fault = readers_more_fault(out);
    if (fault)
        return rec_fail(a, why, out, "readers", d->readers.text, fault);
    tables_size(a, out);
    return rec_fields_compile(a, out, why) && specials_find(a, out, why) &&
           life_check(a, out, why) && states_compile(a, out, why) && actions_compile(a, out, why) &&
           rec_limits_compile(a, out, why) && uniques_compile(a, out, why) &&
           rules_compile(a, out, why) && guards_compile(a, out, why) &&
           checks_compile(a, out, why) && share_compile(a, out, why) &&
           alike_compile(a, out, why) && sections_compile(a, out, why);
}

#include "record/select_list.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/str.h"

/* A word, a quoted or bracketed group, or one other character. */
struct token {
    const char *p;
    size_t n;
    bool word;
};

static size_t group_length(const char *s)
{
    int depth = 0;
    char quote = 0;
    size_t n = 0;
    do {
        char c = s[n++];
        if (quote)
            quote = c == quote ? 0 : quote;
        else if (c == '\'' || c == '"')
            quote = c;
        else
            depth += (c == '(' || c == '[') - (c == ')' || c == ']');
    } while (s[n] && (quote || depth > 0));
    return n;
}

static bool token_next(const char **at, struct token *t)
{
    const char *s = *at + strspn(*at, " \t\r\n");
    size_t n = 0;
    if (!*s)
        return false;
    while (isalnum((unsigned char)s[n]) || s[n] == '_')
        n++;
    *t = (struct token){s, n, n > 0};
    if (n == 0)
        t->n = strchr("'\"([", *s) ? group_length(s) : 1;
    *at = s + t->n;
    return true;
}

static bool is_word(const struct token *t, const char *word)
{
    return t->word && strlen(word) == t->n && strncasecmp(t->p, word, t->n) == 0;
}

static bool is_char(const struct token *t, char c)
{
    return t->n == 1 && *t->p == c;
}

/* Words that end a select list. */
static bool ends_list(const struct token *t, const struct token *before)
{
    static const char *const words[] = {"where",  "group", "having", "window", "union", "intersect",
                                        "except", "order", "limit",  "offset", "fetch", "for"};
    if (is_word(t, "from"))
        return !is_word(before, "distinct"); /* a is distinct from b */
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (is_word(t, words[i]))
            return true;
    return false;
}

/* The last two tokens of an item say its name. */
struct item {
    struct token before, last;
    int n;
};

static bool item_named(const struct item *x)
{
    bool plain = x->last.word && !isdigit((unsigned char)*x->last.p);
    return plain && (x->n == 1 || is_word(&x->before, "as") || is_char(&x->before, '.'));
}

static void item_take(struct item *x, const struct token *t)
{
    x->before = x->last;
    x->last = *t;
    x->n++;
}

/* Behind the first SELECT that no bracket holds, and its DISTINCT. */
static const char *list_begin(const char *sql)
{
    struct token t;
    const char *at = sql;
    while (token_next(&at, &t))
        if (is_word(&t, "select")) {
            const char *next = at;
            if (!token_next(&next, &t) || !is_word(&t, "distinct"))
                return at;
            at = next;
            if (token_next(&next, &t) && is_word(&t, "on") && token_next(&next, &t))
                at = next;
            return at;
        }
    return NULL;
}

int select_columns(struct arena *a, const char *sql, const char *names[SELECT_COLUMNS_MAX])
{
    const char *at = list_begin(sql);
    struct token t;
    struct item x = {0};
    int n = 0;
    for (bool more = at != NULL; more;) {
        more = token_next(&at, &t) && !ends_list(&t, &x.last);
        if (more && !is_char(&t, ',')) {
            item_take(&x, &t);
            continue;
        }
        if (!item_named(&x) || n == SELECT_COLUMNS_MAX)
            return 0;
        names[n++] = arena_strndup(a, x.last.p, x.last.n);
        x = (struct item){0};
    }
    return n;
}

static bool assignment_read(struct arena *a, const char *from, const char *to,
                            struct assignment *out)
{
    struct token column, equals;
    const char *at = from;
    if (!token_next(&at, &column) || !column.word || !token_next(&at, &equals) ||
        !is_char(&equals, '=') || at >= to)
        return false;
    out->column = arena_strndup(a, column.p, column.n);
    out->value = arena_strndup(a, at, (size_t)(to - at));
    return true;
}

int assignments_read(struct arena *a, const char *set, struct assignment out[SELECT_COLUMNS_MAX])
{
    const char *from = set, *at = set;
    struct token t;
    int n = 0;
    for (bool more = true; more;) {
        more = token_next(&at, &t);
        if (more && !is_char(&t, ','))
            continue;
        if (n == SELECT_COLUMNS_MAX || !assignment_read(a, from, more ? t.p : at, &out[n]))
            return 0;
        n++;
        from = at;
    }
    return n;
}

const char *select_over(struct arena *a, const char *sql)
{
    struct token t;
    const char *at = sql;
    const char *recursive = "";
    if (!token_next(&at, &t) || !is_word(&t, "with"))
        return arena_printf(a, "with t as (select t.*) %s", sql);
    const char *next = at;
    if (token_next(&next, &t) && is_word(&t, "recursive")) {
        recursive = "recursive ";
        at = next;
    }
    return arena_printf(a, "with %st as (select t.*), %s", recursive, at);
}

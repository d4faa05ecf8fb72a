#include "record/named.h"

#include <string.h>

#include "base/str.h"

/* Of a row as PostgreSQL stores it: its head, uuids, times and numbers, with what aligns them. */
enum { ROW = 256, ROW_FIXED = 152, ARRAY_HEAD = 21, IPV4 = 7, IPV6 = 19 };

struct names {
    char *at;
    int room, left;
};

/* A name's share of the array. */
static int share(size_t n)
{
    return (int)(sizeof(int32_t) + (n + 3) / 4 * 4);
}

/* False when it finds no room beside the count of those left. */
static bool name_put(struct names *s, const char *name)
{
    int size = share(strlen(name));
    int count = s->left > 1 ? share(strlen("+9")) : 0;

    if (size + count > s->room)
        return false;
    s->room -= size;
    s->left--;
    s->at = stpcpy(s->at, name);
    *s->at++ = ',';
    return true;
}

static void names_put(struct names *s, const struct rec *r, uint64_t given)
{
    for (uint32_t class = WL_CLASS_4; class > WL_CLASS_UNSET; class--)
        for (int i = 0; i < r->nfields && s->left; i++)
            if ((given >> i & 1) && r->fields[i].d.sensitivity == class &&
                !name_put(s, r->fields[i].d.name))
                return;
}

static int room_of(const struct call *c, const struct rec *r, const char *action)
{
    int address = c->address && strchr(c->address, ':') ? IPV6 : IPV4;

    return ROW - ROW_FIXED - ARRAY_HEAD - address -
           (int)(strlen(c->actor->role) + strlen(action) + strlen(r->name));
}

const char *fields_named(struct call *c, const struct rec *r, uint64_t given, const char *action)
{
    char *out = arena_alloc(c->arena, ROW);
    struct names s = {.at = out, .room = room_of(c, r, action)};

    for (uint64_t bits = given; bits; bits &= bits - 1)
        s.left++;
    if (!given)
        return NULL;
    *s.at++ = '{';
    names_put(&s, r, given);
    if (s.left)
        str_format(s.at, 8, "+%d}", s.left);
    else
        memcpy(s.at - 1, "}", 2);
    return out;
}

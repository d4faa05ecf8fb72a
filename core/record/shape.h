/* A short notation for what goes into an operation and comes out, and its JSON Schema. What
 * operations outside records say about themselves (struct op: asks, takes, gives; struct wl_route)
 * is written in it, and checked by the contract tests.
 *
 *   {login password code?}      an object; a member without a type is text
 *   {n:int at:time by:{id:uuid}} types: text uuid int bool date time div (12 digits) township (9)
 *                               year (2026) month (2026-11) object any
 *   [T]   {*:T}   (a|b)         a list, an object with any members, one of these words
 *   @row @create @patch @version   of the record the operation belongs to
 *   @station.request            a row of that record
 *   name?                       body: may be missing or null; answer: may be null
 *   name~                       answer: may be missing
 *   =image/jpeg                 instead of JSON, bytes of that type
 *
 * The parameters of a query are members without braces: "parent?:div limit?:int". */
#ifndef WULIAN_RECORD_SHAPE_H
#define WULIAN_RECORD_SHAPE_H

#include "base/arena.h"
#include "json/jw.h"

struct shape {
    const char *at; /* what is left to read */
    struct jw *w;
    struct arena *a;
    const char *self; /* "station.request": whose @row is meant; NULL: nobody's */
    bool taking;      /* a body: members with '?' may be missing */
};

/* Writes the schema of one value, advancing s->at behind it; false where it cannot be read, and
 * then what was written is worth nothing. */
bool shape_value(struct shape *s, bool nullable);
/* Reads the name and mark ('?', '~' or 0) of the next member; false when there is none. */
bool shape_member(struct shape *s, const char **name, char *mark);
/* Whether the text can be read: as a value, or as the parameters of a query. NULL is fine. */
bool shape_valid(const char *text, bool query);

#endif

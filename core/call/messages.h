/* Texts by language. Files <dir>/zh-CN.json and en.json hold one flat object of key → text; core's
 * keys stand alone, a plugin's are looked up as written in its own files. Loaded at start,
 * read-only. */
#ifndef WULIAN_CALL_MESSAGES_H
#define WULIAN_CALL_MESSAGES_H

#include "call/call.h"

struct arena;

/* Adds the files of a folder (at most 1 MiB each, 65,536 keys in all). `owner` is NULL for the
 * core or a plugin's name. False and *why (in the arena) names file and place; a key present in
 * one language only is refused, one that was loaded before is replaced. The texts live in the
 * arena, which must outlive every look-up. */
bool messages_load(struct arena *a, const char *owner, const char *dir, const char **why);
/* The text, or NULL. A plugin's own key wins over the core's. */
const char *message_find(enum lang lang, const char *owner, const char *key);
/* The text, or the key itself when there is none. */
const char *message(enum lang lang, const char *owner, const char *key);
/* `text` with {0} … {9} replaced by the strings of args (NULL-terminated; NULL: none). A
 * placeholder without its argument stays as it is. */
char *message_fill(struct arena *a, const char *text, const char *const *args);

#endif

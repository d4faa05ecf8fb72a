/* Arena: memory that lives exactly as long as one call (or one load). Everything a call returns is
 * taken from its arena, so no other code frees anything. */
#ifndef WULIAN_BASE_ARENA_H
#define WULIAN_BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

/* A new arena that may grow to `ceiling` bytes. Never returns NULL: out of memory aborts the
 * process with one line, as does passing the ceiling — inputs are bounded before they reach an
 * arena, so passing it is our bug, and the supervised process is better restarted than limping. */
struct arena *arena_new(size_t ceiling);

/* `n` zeroed bytes aligned for any type. Never NULL. n may be 0. */
void *arena_alloc(struct arena *a, size_t n);

/* Copies; the result is NUL-terminated. `s` NULL gives NULL. */
char *arena_strdup(struct arena *a, const char *s);
char *arena_strndup(struct arena *a, const char *s, size_t n);

/* The parts, up to NULL, one behind the other. */
char *arena_join(struct arena *a, const char *const *parts);
/* The integer in decimal. */
char *arena_int(struct arena *a, int64_t n);
/* printf into the arena. */
char *arena_printf(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
char *arena_vprintf(struct arena *a, const char *fmt, va_list ap)
    __attribute__((format(printf, 2, 0)));

/* Calls fn(arg) when the arena is freed; last registered first. */
void arena_defer(struct arena *a, void (*fn)(void *), void *arg);

/* Runs the deferred calls and releases everything. NULL is fine. */
void arena_free(struct arena *a);

/* Counts n bytes that others hold for the arena until a deferred call frees them. They do not count
 * against its ceiling. */
void arena_charge(struct arena *a, size_t n);

/* Bytes handed out and charged so far. */
size_t arena_used(const struct arena *a);

#endif

/* UUID version 7 (RFC 9562): time-ordered ids, lower-case text. */
#ifndef WULIAN_BASE_UUID_H
#define WULIAN_BASE_UUID_H

#include <stdbool.h>

enum { UUID_TEXT = 37 };

/* A fresh id; strictly increasing within a process, any thread. */
void uuid7(char out[UUID_TEXT]);
/* 8-4-4-4-12 lower-case hex, any version. */
bool uuid_valid(const char *s);
/* A version 7 id whose time is not more than one day ahead: what a client may choose. */
bool uuid7_valid(const char *s);

#endif

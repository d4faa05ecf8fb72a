/* A checkout below /root cannot be reached by the unprivileged user that the children run as. Then
 * the files they need are copied, root-owned and read-only for others, to <state>/stage or stage.1:
 * two folders in turn, so that one generation of children stays whole while the next is copied. */
#ifndef WULIAN_STAGE_H
#define WULIAN_STAGE_H

#include "process.h"

struct settings;

/* When the children's user cannot reach the binary or one of the path settings: copies all of them,
 * points the settings at the copies and *exe at the copied binary. Nothing to do when the server
 * was not started by root. Failures are logged. */
enum process_end stage_make(struct settings *s, int generation, const char **exe,
                            struct signals *signals);

#endif

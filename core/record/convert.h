/* From a JSON value of the client to the text parameter of a column, one converter per type: the
 * text, or NULL with a fault added at `pointer`. */
#ifndef WULIAN_RECORD_CONVERT_H
#define WULIAN_RECORD_CONVERT_H

#include "record/input.h"

/* Adds a fault with up to one argument (NULL: none) and gives NULL, so that converters can return
 * it. */
const char *input_refuse(struct call *c, const char *pointer, const char *code, const char *arg);
/* A division of the caller's county, wherever in it. */
const char *input_division(struct call *c, const char *pointer, const struct jv *v);
/* WL_LIST: items are checked one by one, faults stand at <pointer>/<index>/<member>; the text is
 * canonical JSON. */
const char *convert_list(struct call *c, const struct rec_field *f, const char *pointer,
                         const struct jv *v);

#endif

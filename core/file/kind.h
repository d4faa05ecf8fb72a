/* The kinds of files taken in (附件类型): an allow-list, by declared type, name and first bytes. */
#ifndef WULIAN_FILE_KIND_H
#define WULIAN_FILE_KIND_H

#include "file/store.h"

struct file_kind {
    const char *type;    /* media type, lower case, without parameters */
    const char *kind;    /* image pdf office text audio: as a field's `of` names them */
    const char *endings; /* of the name, lower case, space-separated */
    const char *limit;   /* policy parameter: most bytes */
    /* Whether the content is what it says. False also when it cannot be read. */
    bool (*probe)(struct file *f, const struct file_kind *k);
    const char *part; /* zip: an entry it must have */
};

/* The kind of a media type; NULL when files of it are not taken. */
const struct file_kind *file_kind_find(const char *type);
/* Whether the name's ending is one of the kind's. */
bool file_kind_named(const struct file_kind *k, const char *name);
/* Whether the content is of the kind, and of no other at the same time (a picture that is a zip
 * archive as well). */
bool file_kind_holds(struct file *f, const struct file_kind *k);

#endif

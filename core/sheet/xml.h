/* One XML part of a zip, read by events; inside core/sheet only. No document types, no entities, no
 * deep nesting, no endless token. */
#ifndef WULIAN_SHEET_XML_H
#define WULIAN_SHEET_XML_H

#include <expat.h>

#include "sheet/zip_read.h"

/* Names come without their prefix; attributes as name, value, …, NULL. */
struct xml_events {
    void (*start)(void *ctx, const char *name, const char **attribute);
    void (*end)(void *ctx, const char *name);
    void (*text)(void *ctx, const char *s, size_t n); /* may be NULL */
};

struct xml {
    struct zip_stream stream;
    const struct xml_events *events;
    void *ctx;
    XML_Parser parser;
    unsigned depth;
    uint64_t fed;
    const char *code;
    bool paused, last;
    char window[16 * 1024];
};

/* Until xml_close; NULL: *code says why. */
struct xml *xml_open(const struct zip_read *z, const char *part, uint64_t limit,
                     const struct xml_events *events, void *ctx, const char **code);
/* Reads on. True: xml_pause stopped it; false: the end, or code is set. */
bool xml_run(struct xml *x);
/* From within an event: xml_run returns after it. */
void xml_pause(struct xml *x);
/* From within an event: ends with this code. */
void xml_fail(struct xml *x, const char *code);
void xml_close(struct xml *x);

/* The attribute's value, NULL without. */
const char *xml_attribute(const char **attribute, const char *name);

#endif

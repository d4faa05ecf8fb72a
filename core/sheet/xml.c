#include "sheet/xml.h"

#include <string.h>

#include "base/mem.h"

enum { DEPTH_MAX = 64, TOKEN_MAX = 1024 * 1024 };

static const char *local(const char *name)
{
    const char *colon = strrchr(name, ':');

    return colon ? colon + 1 : name;
}

void xml_fail(struct xml *x, const char *code)
{
    if (!x->code)
        x->code = code;
    XML_StopParser(x->parser, XML_FALSE);
}

void xml_pause(struct xml *x)
{
    if (!x->code && XML_StopParser(x->parser, XML_TRUE) == XML_STATUS_OK)
        x->paused = true;
}

static void XMLCALL on_start(void *ctx, const XML_Char *name, const XML_Char **attribute)
{
    struct xml *x = ctx;

    if (++x->depth > DEPTH_MAX)
        xml_fail(x, "sheet_broken");
    else if (!x->code)
        x->events->start(x->ctx, local(name), attribute);
}

static void XMLCALL on_end(void *ctx, const XML_Char *name)
{
    struct xml *x = ctx;

    x->depth--;
    if (!x->code)
        x->events->end(x->ctx, local(name));
}

static void XMLCALL on_text(void *ctx, const XML_Char *s, int n)
{
    struct xml *x = ctx;

    if (!x->code && x->events->text)
        x->events->text(x->ctx, s, (size_t)n);
}

static void XMLCALL on_doctype(void *ctx, const XML_Char *name, const XML_Char *system,
                               const XML_Char *public, int internal)
{
    (void)name;
    (void)system;
    (void)public;
    (void)internal;
    xml_fail(ctx, "sheet_doctype");
}

struct xml *xml_open(const struct zip_read *z, const char *part, uint64_t limit,
                     const struct xml_events *events, void *ctx, const char **code)
{
    const struct zip_entry *entry = zip_find(z, part);
    struct xml *x;

    *code = "sheet_broken";
    if (!entry)
        return NULL;
    x = mem_alloc(sizeof *x);
    x->events = events;
    x->ctx = ctx;
    x->parser = XML_ParserCreate(NULL);
    if (!x->parser)
        mem_die("expat: out of memory");
    XML_SetUserData(x->parser, x);
    XML_SetElementHandler(x->parser, on_start, on_end);
    XML_SetCharacterDataHandler(x->parser, on_text);
    XML_SetStartDoctypeDeclHandler(x->parser, on_doctype);
    if (zip_stream_open(&x->stream, z, entry, limit)) {
        *code = NULL;
        return x;
    }
    *code = x->stream.code;
    xml_close(x);
    return NULL;
}

static enum XML_Status xml_feed(struct xml *x)
{
    size_t n = zip_stream_read(&x->stream, x->window, sizeof x->window);

    if (x->stream.code) {
        x->code = x->stream.code;
        return XML_STATUS_ERROR;
    }
    x->last = n == 0;
    x->fed += n;
    return XML_Parse(x->parser, x->window, (int)n, x->last);
}

bool xml_run(struct xml *x)
{
    enum XML_Status status;

    while (!x->code && (x->paused || !x->last)) {
        if (x->paused) {
            x->paused = false;
            status = XML_ResumeParser(x->parser);
        } else {
            status = xml_feed(x);
        }
        if (status == XML_STATUS_ERROR && !x->code)
            x->code = "sheet_broken";
        if (x->paused)
            return !x->code;
        /* expat keeps a token until it is whole */
        if (!x->code && x->fed > TOKEN_MAX &&
            (uint64_t)XML_GetCurrentByteIndex(x->parser) < x->fed - TOKEN_MAX)
            x->code = "sheet_bomb";
    }
    return false;
}

void xml_close(struct xml *x)
{
    if (!x)
        return;
    XML_ParserFree(x->parser);
    zip_stream_close(&x->stream);
    mem_free(x);
}

const char *xml_attribute(const char **attribute, const char *name)
{
    for (; *attribute; attribute += 2)
        if (!strcmp(local(attribute[0]), name))
            return attribute[1];
    return NULL;
}

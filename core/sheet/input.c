#include "sheet/input.h"

#include <string.h>

#include "base/str.h"

void input_init(struct input *in, const struct sheet_source *source)
{
    in->source = source;
    in->offset = 0;
    in->at = in->n = 0;
    in->end = in->failed = false;
}

static ssize_t input_take(struct input *in)
{
    const struct sheet_source *source = in->source;
    unsigned char *to = in->window + in->n;
    size_t room = INPUT_WINDOW - in->n;

    if (source->read)
        return source->read(source->ctx, to, room);
    return source->pread(source->ctx, to, room, in->offset + (in->n - in->at));
}

size_t input_fill(struct input *in, size_t want)
{
    ssize_t got;

    if (in->n - in->at >= want || in->end)
        return in->n - in->at;
    memmove(in->window, in->window + in->at, in->n - in->at);
    in->n -= in->at;
    in->at = 0;
    while (in->n < want && !in->end) {
        got = input_take(in);
        if (got > 0)
            in->n += (size_t)got;
        else
            in->end = true;
        in->failed = in->failed || got < 0;
    }
    return in->n;
}

void input_skip(struct input *in, size_t n)
{
    in->at += n;
    in->offset += n;
}

bool input_pread(const struct sheet_source *source, void *buf, size_t n, uint64_t offset)
{
    char *to = buf;
    ssize_t got;

    if (!source->pread || offset > source->size || n > source->size - offset)
        return false;
    for (; n > 0; n -= (size_t)got, to += got, offset += (uint64_t)got) {
        got = source->pread(source->ctx, to, n, offset);
        if (got <= 0)
            return false;
    }
    return true;
}

bool sheet_fault_set(struct sheet_fault *fault, const char *code, uint64_t row, unsigned column,
                     uint64_t offset)
{
    memset(fault, 0, sizeof *fault);
    str_format(fault->code, sizeof fault->code, "%s", code);
    fault->row = row;
    fault->column = column;
    fault->offset = offset;
    return false;
}

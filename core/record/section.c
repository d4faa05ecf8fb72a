#include "record/section.h"

#include <string.h>

#include "base/str.h"

static bool section_add(struct arena *a, struct rec *r, const char *word, const char **why)
{
    const char *colon = strchr(word, ':');
    int from = colon ? rec_field_find(r, colon + 1) : -1;
    int above = r->nsections ? r->sections[r->nsections - 1].from : -1;

    if (!colon || from < 0)
        return rec_fail(a, why, r, "sections", word,
                        "is not \"<section>:<field>\"; name the field it begins with");
    if (from <= above)
        return rec_fail(a, why, r, "sections", word,
                        "begins before the one above it; write them in the fields' order");
    if (r->nsections == REC_SECTIONS_MAX)
        return rec_fail(a, why, r, "sections", word, "is one too many; declare 12 at most");
    r->sections[r->nsections++] = (struct rec_section){
        arena_strndup(a, word, (size_t)(colon - word)), from};
    return true;
}

bool sections_compile(struct arena *a, struct rec *r, const char **why)
{
    const char *at = r->d.sections, *w;
    size_t n;

    while (at && (w = str_word_next(&at, &n)))
        if (!section_add(a, r, arena_strndup(a, w, n), why))
            return false;
    if (r->nsections && r->sections[0].from > 0)
        return rec_fail(a, why, r, "sections", r->sections[0].name,
                        "leaves out the fields before it; name the first field there");
    if (!r->nsections)
        r->sections[r->nsections++] = (struct rec_section){NULL, 0};
    return true;
}

const char *section_key(struct arena *a, const struct rec *r, int section)
{
    const char *name = r->sections[section].name;

    return name ? arena_printf(a, "%s.section.%s", r->d.name, name) : r->d.name;
}

int section_of(const struct rec *r, int i)
{
    int s = r->nsections - 1;

    while (s > 0 && r->sections[s].from > i)
        s--;
    return s;
}

#include "notice/notice.h"

static struct {
    notice_writer text;
    notice_linker link;
} words;

void notice_words(notice_writer text, notice_linker link)
{
    words.text = text;
    words.link = link;
}

const char *notice_text(struct arena *a, enum lang lang, const struct notice *n)
{
    return words.text ? words.text(a, lang, n) : n->text;
}

const char *notice_link(struct arena *a, const struct notice *n)
{
    return words.link ? words.link(a, n) : NULL;
}

/* Identity and credit codes, telephone and card numbers, dates, instants, ids: what is taken is taken
 * again as itself, and its mask does not hold it. */
#include "fuzz.h"

#include "base/check.h"
#include "base/uuid.h"

static const struct date today = {2026, 11, 22};

static void id_number(const char *s)
{
    struct id_number out, again;
    char mask[64];

    if (id_number_check(s, today, &out) != CHECK_OK)
        return;
    must(strlen(out.text) == 18 && date_valid(out.birth));
    must(date_compare(out.birth, today) <= 0 && (out.sex == '1' || out.sex == '2'));
    must(id_number_check(out.text, today, &again) == CHECK_OK);
    must(strcmp(out.text, again.text) == 0);
    id_number_mask(out.text, mask, sizeof mask);
    must(!strstr(mask, out.text));
}

static void codes(const char *s)
{
    char uscc[USCC_TEXT], phone[PHONE_TEXT], card[CARD_TEXT], again[CARD_TEXT];

    if (uscc_check(s, uscc) == CHECK_OK)
        must(uscc_check(uscc, again) == CHECK_OK && strcmp(uscc, again) == 0);
    if (phone_check(s, phone) == CHECK_OK)
        must(phone_check(phone, again) == CHECK_OK && strcmp(phone, again) == 0);
    if (card_check(s, 4, 40, card) == CHECK_OK)
        must(card_check(card, 4, 40, again) == CHECK_OK && strcmp(card, again) == 0);
}

/* Any text, any room: nothing written past it. */
static void masks(const char *s, unsigned cap)
{
    char *out = malloc(cap);

    must(out);
    id_number_mask(s, out, cap);
    phone_mask(s, out, cap);
    name_mask(s, out, cap);
    card_mask(s, 4, 4, out, cap);
    must(memchr(out, '\0', cap));
    free(out);
}

static void times(const char *s)
{
    struct date d;
    char text[TIME_TEXT];
    int64_t us, again;

    if (date_parse(s, &d)) {
        date_format(d, text);
        must(date_valid(d) && strcmp(s, text) == 0);
        must(date_compare(date_of_days(date_to_days(d)), d) == 0);
    }
    if (time_parse(s, &us)) {
        time_format(us, text);
        must(time_parse(text, &again) && us == again);
    }
    if (uuid7_valid(s))
        must(uuid_valid(s) && s[14] == '7');
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    size_t at = 1;
    char *s = fuzz_piece(p, n, &at, '\0');

    id_number(s);
    codes(s);
    times(s);
    masks(s, n ? 1 + p[0] % 64 : 1);
    free(s);
    return 0;
}

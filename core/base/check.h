/* Checks of national identifiers. All take NUL-terminated text and never fail otherwise. */
#ifndef WULIAN_BASE_CHECK_H
#define WULIAN_BASE_CHECK_H

#include "base/time.h"

enum check_result {
    CHECK_OK,
    CHECK_LENGTH, /* not as long as it must be */
    CHECK_CHARS,  /* a character that cannot stand there */
    CHECK_DATE,   /* the birth date in it does not exist or lies in the future */
    CHECK_DIGIT   /* the check digit does not fit */
};

enum { ID_NUMBER_TEXT = 19, PHONE_TEXT = 21, USCC_TEXT = 19, CARD_TEXT = 41 };

struct id_number {
    char text[ID_NUMBER_TEXT]; /* normalised: half-width, 18 characters, X upper-case */
    struct date birth;
    char sex; /* '1' male, '2' female (GB/T 2261.1) */
};

/* Resident identity number, GB 11643. Full-width digits and surrounding spaces are accepted, so is
 * the 15-digit form (expanded). The first six digits are not compared with today's divisions:
 * numbers keep the code of the place of first registration (Jianghua's was 432926 until 1994).
 * `today` bounds the birth date. `out` is written on CHECK_OK only. */
enum check_result id_number_check(const char *s, struct date today, struct id_number *out);

/* Unified social credit code, GB 32100, with the check digit of the organisation code in it
 * (GB 11714). Full-width and lower-case letters and surrounding spaces are accepted. */
enum check_result uscc_check(const char *s, char out[USCC_TEXT]);

/* Phone: mainland mobile (11 digits, 1[3-9]…), or landline with area code (0xx-xxxxxxxx), or short
 * service number of 3–8 digits. Full-width forms become ASCII; spaces, hyphens, brackets and
 * +86/0086 are dropped (the 0 that a landline loses behind +86 comes back). */
enum check_result phone_check(const char *s, char out[PHONE_TEXT]);

/* Number of a certificate, card or account: min..max letters and digits, at most CARD_TEXT - 1.
 * Full-width and lower-case forms become capitals; spaces and hyphens are dropped. */
enum check_result card_check(const char *s, int min, int max, char out[CARD_TEXT]);

/* "431129********0022", "138****5678", "张*" / "欧阳*": what a masked reader sees. A landline keeps
 * its area code and last two digits, a name its surname; other numbers at most their last two, a
 * name of one character nothing. `out` gets at most cap bytes, NUL-terminated. */
void id_number_mask(const char *id, char *out, unsigned cap);
void phone_mask(const char *phone, char *out, unsigned cap);
void name_mask(const char *name, char *out, unsigned cap);
/* The first `head` and last `tail` characters, stars between; nothing but stars when it is no
 * longer than what would be shown. */
void card_mask(const char *card, unsigned head, unsigned tail, char *out, unsigned cap);

#endif

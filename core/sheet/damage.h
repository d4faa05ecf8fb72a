/* What Excel and hands do to values, recognised and, where nothing is lost, mended. Pure functions
 * over one cell. Digits that are lost are never guessed. */
#ifndef WULIAN_SHEET_DAMAGE_H
#define WULIAN_SHEET_DAMAGE_H

#include <stddef.h>

#include "sheet/sheet.h"

enum damage_result {
    DAMAGE_NONE,   /* out is what the cell says, without spaces around it */
    DAMAGE_MENDED, /* out is the value; code says what was mended */
    DAMAGE_LOST    /* no value; code says what is wrong and the message how to mend it */
};

/* `code` is a constant, NULL with DAMAGE_NONE. Mended: sheet_mended_{width,number,date,money,bool,
 * mark}. Lost:
 *   sheet_lost_digits    4.31E+17, or a number cell too long for Excel's 15 digits: format the
 *                        column as text and enter it again
 *   sheet_lost_error     #N/A, #REF! …: a formula failed, or was never calculated
 *   sheet_bad_date       no date, or none that can be told (12/1/25)
 *   sheet_bad_money      no amount
 *   sheet_money_fraction finer than one 分
 *   sheet_bad_number     no number
 *   sheet_bad_bool       neither yes nor no */
struct damage {
    enum damage_result result;
    const char *code;
};

/* What every function needs: `out` has at least damage_room(cell) bytes; it gets NUL-terminated
 * text,
 * "" for an empty cell (DAMAGE_NONE) and for a lost one. */
size_t damage_room(const struct sheet_cell *cell);

/* Names, addresses, remarks: spaces around (no-break, zero-width, ideographic too) trimmed, a
 * leading apostrophe dropped where it was set against formulas or a number; full-width signs stay.
 */
struct damage damage_text(const struct sheet_cell *cell, char *out);
/* Codes: full-width letters, digits and signs become half-width; a number loses ".0". */
struct damage damage_code(const struct sheet_cell *cell, char *out);
/* Id numbers and USCCs: as codes, without inner spaces; recognises lost digits. The check digit is
 * base/check.h's matter. */
struct damage damage_id_number(const struct sheet_cell *cell, char *out);
/* Phones: as codes; 1.38E+10 is lost, 1.3812345678E+10 is not. */
struct damage damage_phone(const struct sheet_cell *cell, char *out);
/* ISO date from 2025-12-01, 2025/12/1, 2025.12.1, 2025年12月1日, 20251201 and serials (45992). A
 * midnight behind it is dropped. */
struct damage damage_date(const struct sheet_cell *cell, char *out);
/* Decimal number, exactly: thousands separators dropped, exponents written out. */
struct damage damage_number(const struct sheet_cell *cell, char *out);
/* An amount in 元, with or without ¥, ￥, RMB, 元 and separators → whole 分 ("123450"). */
struct damage damage_money(const struct sheet_cell *cell, char *out);
/* "true" or "false" from 是 否 √ × ✓ ✗ 真 假 Y N YES NO T F TRUE FALSE 1 0. */
struct damage damage_bool(const struct sheet_cell *cell, char *out);

#endif

/* Pinyin of personal names, for search. The table is generated at build from a pinned npm package
 * with a list of surname readings on top (单 shàn, 仇 qiú, 解 xiè, 区 ōu, 查 zhā …). */
#ifndef WULIAN_BASE_PINYIN_H
#define WULIAN_BASE_PINYIN_H

#include <stdbool.h>
#include <stddef.h>

/* Toneless lower-case pinyin of a name: 欧阳修 is "ouyangxiu" in full and "oyx" in initials. ü is v.
 * Latin letters and digits are kept lower-case, other characters dropped. The first one or two
 * characters are read as a surname. Both outputs are NUL-terminated and cut to fit (caps ≥ 1). */
void pinyin_name(const char *name, char *full, size_t full_cap, char *initials, size_t init_cap);

/* Whether the n letters read as so many syllables at most. */
bool pinyin_reads(const char *s, size_t n, int most);

#endif

// Writes build/gen/pinyin_data.h to stdout: the most usual toneless reading of every Han character
// that the pinned package knows, and the readings that only surnames have.
// Needs deploy/data/node_modules (npm ci --ignore-scripts --prefix deploy/data).

// Characters that are read otherwise as a surname (姓氏异读). 冼, 佘 and others whose only reading the
// package has anyway stand here too, so that the list can be checked against a surname book.
const SURNAME = `
  单 shan 單 shan 仇 qiu 解 xie 区 ou 區 ou 查 zha 曾 zeng 盖 ge 蓋 ge 任 ren 华 hua 華 hua 朴 piao
  员 yun 員 yun 乐 yue 樂 yue 缪 miao 繆 miao 宓 mi 冼 xian 翟 zhai 覃 qin 盘 pan 盤 pan 佘 she
  洗 xian 折 she 黑 he 种 chong 繁 po 秘 bi 重 chong 那 na 召 shao 撒 sa 逄 pang 隗 wei 邵 shao
  薄 bo 郗 xi 郇 xun 句 gou 隽 juan 牟 mou 能 nai 粘 nian 乜 nie 祭 zhai 都 du 钭 tou 佴 nai 么 yao
  幺 yao 於 yu 尉 wei 阚 kan 谌 chen 諶 chen 车 che 車 che 贾 jia 賈 jia 石 shi 柏 bai 卜 bu 沈 shen
  叶 ye 葛 ge 莘 shen 瞿 qu 宿 su 应 ying 應 ying 纪 ji 紀 ji 俞 yu 呙 guo 仉 zhang 眭 sui 訾 zi
  藏 zang 炅 gui 晟 cheng 校 jiao 角 jue 难 ning 難 ning 乘 sheng 啜 chuai 郄 qie 賁 ben 贲 ben 莞 guan 藉 ji
  过 guo 過 guo 哈 ha 盛 sheng 行 xing 强 qiang 強 qiang 少 shao 要 yao 相 xiang 率 lv 论 lun 論 lun 宁 ning
  燕 yan 占 zhan 观 guan 觀 guan 冠 guan 监 jian 監 jian 曲 qu 朝 chao 度 du 干 gan 长 chang 長 chang
`;

// Compound surnames (复姓) whose reading is not that of their characters one by one.
const COMPOUND = `
  尉迟 yu chi 尉遲 yu chi 万俟 mo qi 萬俟 mo qi 长孙 zhang sun 長孫 zhang sun 单于 chan yu 單于 chan yu
  澹台 tan tai 澹臺 tan tai 乐正 yue zheng 令狐 ling hu 鲜于 xian yu 鮮于 xian yu 宰父 zai fu
  亓官 qi guan 夏侯 xia hou 颛孙 zhuan sun 闾丘 lv qiu 閭丘 lv qiu 皇甫 huang fu
`;

// Characters that names use in another reading than running text does.
const NAME = `都 du 了 liao 地 di 得 de 着 zhuo 么 yao 什 shi 於 yu 薄 bo 曾 zeng 缪 miao 佴 nai 给 ji`;

const DENSE_FIRST = 0x4e00;
const DENSE_LAST = 0x9fff;
// 〇, extension A, compatibility, supplementary planes: few are known, so a sorted list.
const SPARSE = [[0x3007, 0x3007], [0x3400, 0x4dbf], [0xf900, 0xfaff], [0x20000, 0x323af]];

function fail(text) {
  process.stderr.write(`gen-pinyin: ${text}\n`);
  process.exit(1);
}

async function load() {
  const at = new URL('data/node_modules/pinyin-pro/dist/esm/index.mjs', import.meta.url);
  try {
    return await import(at);
  } catch {
    return fail('pinyin-pro is missing; run: npm ci --ignore-scripts --prefix deploy/data');
  }
}

const { pinyin } = await load();

function reading(point) {
  const options = { toneType: 'none', type: 'array', nonZh: 'removed', v: true };
  const [text] = pinyin(String.fromCodePoint(point), options);
  return /^[a-z]{1,6}$/.test(text ?? '') ? text : '';
}

function words(list) {
  return list.trim().split(/\s+/);
}

function code(character) {
  return character.codePointAt(0);
}

// [[code, syllable]] of a "字 zi" list, sorted; a character may stand only once.
function pairs(list) {
  const all = words(list);
  const found = new Map();
  for (let i = 0; i < all.length; i += 2) {
    if ([...all[i]].length !== 1 || !/^[a-z]+$/.test(all[i + 1] ?? '')) fail(`bad pair: ${all[i]}`);
    if (found.has(code(all[i]))) fail(`stands twice: ${all[i]}`);
    found.set(code(all[i]), all[i + 1]);
  }
  return [...found].sort((a, b) => a[0] - b[0]);
}

function triples(list) {
  const all = words(list);
  const rows = [];
  for (let i = 0; i < all.length; i += 3) {
    const name = [...all[i]];
    if (name.length !== 2 || !all[i + 2]) fail(`bad compound surname: ${all[i]}`);
    rows.push([code(name[0]), code(name[1]), all[i + 1], all[i + 2]]);
  }
  return rows;
}

const surnames = pairs(SURNAME);
const compounds = triples(COMPOUND);
const named = new Map(pairs(NAME));

function read(point) {
  return named.get(point) ?? reading(point);
}

function range(first, last) {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

const dense = range(DENSE_FIRST, DENSE_LAST).map(read);
const sparse = SPARSE.flatMap(([first, last]) => range(first, last))
  .map((point) => [point, read(point)])
  .filter(([, text]) => text);
if (dense.filter(Boolean).length < 20000) fail('the package knows too few characters');

const heard = [dense, sparse.map((row) => row[1])].flat();
const syllables = [...new Set(['', ...heard])].sort();
const number = new Map(syllables.map((text, i) => [text, i]));

// A reading that no character has elsewhere is a slip of the pen in the lists above.
function index(text) {
  return number.get(text) ?? fail(`no such syllable: ${text}`);
}

function hex(point) {
  return `0x${point.toString(16).toUpperCase()}`;
}

function block(items, width) {
  const lines = [];
  for (let i = 0; i < items.length; i += width)
    lines.push(`    ${items.slice(i, i + width).join(', ')},`);
  return lines.join('\n');
}

function rows(list) {
  return block(list.map(([point, text]) => `{${hex(point)}, ${index(text)}}`), 6);
}

process.stdout.write(`/* Made by deploy/gen-pinyin.mjs; do not edit. Readings from pinyin-pro (MIT). */
#ifndef WULIAN_GEN_PINYIN_DATA_H
#define WULIAN_GEN_PINYIN_DATA_H

#include <stdint.h>

/* Syllable 0 is "no reading known". */
static const char pinyin_syllable[][7] = {
${block(syllables.map((text) => `"${text}"`), 10)}
};

enum { PINYIN_DENSE_FIRST = ${hex(DENSE_FIRST)}, PINYIN_DENSE_LAST = ${hex(DENSE_LAST)} };

static const uint16_t pinyin_dense[] = {
${block(dense.map(index), 20)}
};

struct pinyin_row {
    uint32_t point;
    uint16_t syllable;
};

/* Both sorted by code point. */
static const struct pinyin_row pinyin_sparse[] = {
${rows(sparse)}
};
static const struct pinyin_row pinyin_surname[] = {
${rows(surnames)}
};

struct pinyin_compound {
    uint32_t first, second;
    uint16_t first_syllable, second_syllable;
};
static const struct pinyin_compound pinyin_compound[] = {
${block(compounds.map(([a, b, x, y]) => `{${hex(a)}, ${hex(b)}, ${index(x)}, ${index(y)}}`), 3)}
};

#endif
`);

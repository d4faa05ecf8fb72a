// Writes build/gen/passwords_data.h to stdout: what is usual as a password, from the list of
// @zxcvbn-ts/language-common (MIT), as core/iam/password.c looks it up: lower-case, without what stands
// before the first letter and behind the last. The 20,000 most usual, and of the others those that are long
// enough to be chosen here. Three letters and fewer are refused without a list.
const MOST = 20000, LONG = 8, LEAST = 4, WIDTH = 16;

function fail(text) {
  process.stderr.write(`gen-passwords: ${text}\n`);
  process.exit(1);
}

async function load() {
  const at = new URL('data/node_modules/@zxcvbn-ts/language-common/dist/index.mjs', import.meta.url);
  try {
    const { dictionary } = await import(at);
    return dictionary['passwords-common'];
  } catch {
    return fail('@zxcvbn-ts/language-common is missing; run: npm ci --ignore-scripts --prefix deploy/data');
  }
}

const list = await load();
if (!(list?.length >= 2 * MOST)) fail(`the list holds ${list?.length} words`);
const words = new Set();
list.forEach((word, rank) => {
  const stem = word.toLowerCase().replace(/^[^a-z]+|[^a-z]+$/g, '');
  const wanted = rank < MOST || word.length >= LONG;
  if (wanted && stem.length >= LEAST && stem.length <= WIDTH && /^[\x21-\x7e]+$/.test(stem)) words.add(stem);
});

const text = (word) => `"${word.replace(/[\\"?]/g, '\\$&')}"`;
const lines = [];
let line = '   ';
for (const word of [...words].sort()) {
  const next = ` ${text(word)},`;
  if (line.length + next.length > 100) {
    lines.push(line);
    line = '   ';
  }
  line += next;
}
process.stdout.write(`/* Made by deploy/gen-passwords.mjs; do not edit. From @zxcvbn-ts/language-common (MIT). */
#ifndef WULIAN_GEN_PASSWORDS_DATA_H
#define WULIAN_GEN_PASSWORDS_DATA_H

/* Sorted by byte. */
static const char password_usual[][${WIDTH + 1}] = {
${[...lines, line].join('\n')}
};

#endif
`);

// Finding people: the word itself says what it is. The server takes exactly one key.
import type { RecordType } from '@/schema/types';

const KEYS: [key: string, is: RegExp][] = [
  ['pinyin', /^[a-z][a-z ]*$/i], ['id_number', /^(\d{15}|\d{17}[\dx])$/i], ['phone', /^[\d -]{5,}$/],
];

/** { pinyin: "pam" }, { name: "盘" }, { phone: "138…" } */
export function searchBody(type: RecordType, word: string): Record<string, string> {
  const open = type.ui.list.search;
  const key = KEYS.find(([name, is]) => open.includes(name) && is.test(word))?.[0] ?? open[0];
  return { [key]: key === 'id_number' ? word.toUpperCase() : word };
}

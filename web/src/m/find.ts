// Residents by whatever somebody knows: a name, initials, the end of a telephone number, an id number.
import { get, post, query } from '@/api/client';
import { titleOf } from '@/schema/titles';
import type { Page, RecordType, Row } from '@/schema/types';

const ID_NUMBER = /^[0-9]{17}[0-9Xx]$/;
const PINYIN = /^[A-Za-z ]+$/;
const DIGITS = /^[0-9]{4,11}$/;
const NAME = /^[^\x20-\x7e]{1,40}$/;

/** What to ask for; null while it is nothing to ask for yet. */
export function askedOf(given: string): Record<string, string> | null {
  const word = given.trim().replace(/\s+/g, ' ');
  if (ID_NUMBER.test(word)) return { id_number: word.toUpperCase() };
  if (DIGITS.test(word)) return { phone: word };
  if (PINYIN.test(word)) return { pinyin: word.toLowerCase() };
  return NAME.test(word) ? { name: word } : null;
}

const RESIDENTS = '/api/v1/station/residents';
export const residentsOf = (asked: Record<string, string>, signal: AbortSignal, cursor: string | null = null) =>
  post<Page>(`${RESIDENTS}/search${query({ cursor })}`, asked, { signal });

const MOST = 30;
/** Rows of any type for a reference: by its search where it has one, else the newest. */
export function rowsOf(type: RecordType, word: string, signal: AbortSignal): Promise<Page> {
  const { search } = type.ui.list;
  if (!word.trim() || !search.length) return get<Page>(`${type.path}${query({ limit: MOST })}`, { signal });
  return post<Page>(`${type.path}/search`, { [search[0]]: word.trim() }, { signal });
}

export const ageOf = (birth: unknown): number | null =>
  (typeof birth === 'string' ? Math.floor((Date.now() - Date.parse(birth)) / 31556952000) : null);

/** The words that name a row; the names of other rows are asked for. */
export const titleWords = (row: Row, type: RecordType): string => type.title
  .map((name) => [row[name], type.schema.properties[name]?.['x-ui'].ref?.type])
  .map(([value, of]) => (of && value ? titleOf(String(of), String(value)) : value))
  .filter((value) => typeof value === 'string' || typeof value === 'number').join(' ').trim() || row.id;

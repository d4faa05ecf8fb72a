// What an operator looks up while somebody waits: policies, what practice taught, who to turn to. Only what
// is open to them is asked.
import { get, query } from '@/api/client';
import { typeOf } from '@/schema/store';
import { isProblem } from '@/api/problem';
import type { Page, Row } from '@/schema/types';
import { menuItems } from '@/state/menu';

export interface Hit { type: string; id: string; title: string; more: string; phone?: string }

interface Source { type: string; ask: (word: string) => Record<string, string | number>; hit: (row: Row) => Omit<Hit, 'type' | 'id'>; sift?: true }
const MOST = 200;
const SHOWN = 8;
const words = (row: Row, fields: string[]) => fields.map((field) => row[field]).filter(Boolean).join(' · ');
const SOURCES: Source[] = [
  { type: 'station.policy_doc', ask: (word) => ({ 'title.like': word, 'state.eq': 'in_force', limit: SHOWN }),
    hit: (row) => ({ title: String(row.title), more: words(row, ['no', 'issuer', 'issued_on']) }) },
  { type: 'station.contact_card', ask: () => ({ 'state.eq': 'published', limit: MOST }), sift: true,
    hit: (row) => ({ title: words(row, ['name', 'title']), more: words(row, ['hours', 'languages', 'intro']), phone: String(row.phone ?? '') }) },
  { type: 'station.lesson', ask: () => ({ limit: MOST }), sift: true, hit: (row) => ({ title: String(row.title), more: words(row, ['source']) }) },
];

async function hitsOf(source: Source, word: string, signal: AbortSignal): Promise<Hit[]> {
  try {
    const { path } = await typeOf(source.type);
    const { items } = await get<Page>(`${path}${query(source.ask(word))}`, { signal });
    const hits = items.map((row) => ({ type: source.type, id: row.id, ...source.hit(row) }));
    return (source.sift ? hits.filter((hit) => `${hit.title}${hit.more}${hit.phone ?? ''}`.includes(word)) : hits).slice(0, SHOWN);
  } catch (error) {
    if (isProblem(error) && [403, 404].includes(error.status)) return [];
    throw error;
  }
}

export const lookUp = async (word: string, signal: AbortSignal): Promise<Hit[]> =>
  (await Promise.all(SOURCES.filter(({ type }) => menuItems().some((item) => item.type === type))
    .map((source) => hitsOf(source, word, signal)))).flat();

export interface OnDuty { turn: number; staff: string; staff_name?: string; phone?: string }
/** Who answers at the station of a township now, in the order calls go to them. */
export const onDuty = async (place: string, signal: AbortSignal): Promise<OnDuty[]> =>
  (await get<{ items: OnDuty[] }>(`/api/v1/station/duty?township=${place.slice(0, 9)}`, { signal })).items;

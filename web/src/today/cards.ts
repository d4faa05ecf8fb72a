// The day in numbers beside the agenda: the rows of a list counted by one of its fields, each count the
// way to its rows. A record whose service is off is not in the menu, and so is not here.
import { get, query } from '@/api/client';
import { keyText, type Counts } from '@/list/counts';
import { ME, askedOf, parameters, type Query } from '@/list/query';
import { typeOf } from '@/schema/store';

export interface Card { key: string; type: string; by: string; query: Query; own?: string }
/** `own`: the field that says whose a row is; without it a row is everybody's of the station. */
export const CARDS: Card[] = [
  { key: 'visits', type: 'station.visit', by: 'result', query: { 'visited_at.within': 'today' } },
  { key: 'calls', type: 'elderly.greeting_call', by: 'state', query: { 'due_at.within': 'today' }, own: 'staff' },
  { key: 'meals', type: 'elderly.meal_order', by: 'state', query: { 'date.within': 'today' } },
];

export interface Way { path: string; query: Query }
export interface Line { label: string; n: number; to: Way }
export interface Counted { total: number; to: Way; lines: Line[] }

export async function countedOf(card: Card, mine: boolean, signal: AbortSignal): Promise<Counted> {
  const type = await typeOf(card.type);
  const asked: Query = { ...card.query, ...(mine && card.own && { [`${card.own}.eq`]: ME }) };
  const { sort: _, limit: __, ...filters } = parameters(type, askedOf(type, asked));
  const counts = await get<Counts>(`${type.path}/counts${query({ by: card.by, ...filters })}`, { signal });
  const to = (more: Query): Way => ({ path: `/t/${card.type}`, query: { ...asked, ...more } });
  return { total: counts.total, to: to({}), lines: counts.groups.map(({ key: [key], n }) => ({
    label: keyText(type, card.by, key), n, to: to(key ? { [`${card.by}.eq`]: key } : {}) })) };
}

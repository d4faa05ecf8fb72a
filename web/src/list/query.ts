// A list's question, as the address of its page holds it and as the server is asked. "within" is the
// console's own: a stretch of days or numbers, or a place; "@me" is whoever looks.
import { endsOf, dayAfter } from './period';
import type { RecordType } from '@/schema/types';
import { me } from '@/state/me';

export interface Filter { f: string; op: string; v: string }
export interface Asked {
  filters: Filter[];
  overdue: string;
  sort: string;
  size: number;
  /** Somebody looked for by name, initials or number: instead of the conditions. */
  word: string;
  /** Place chosen for the whole console; a place among the filters comes first. */
  div: string;
}
export type Query = Record<string, string>;

export const SIZES = [20, 50, 100, 200];
export const ME = '@me';
const zoned = (day: string) => `${day}T00:00:00+08:00`;

export const sortAtFirst = (type: RecordType) => type.ui.list.sort ?? '-created_at';
export const askedAtFirst = (type: RecordType): Asked =>
  ({ filters: [], overdue: '', sort: sortAtFirst(type), size: SIZES[0], word: '', div: '' });

/** A township has its own index; a village is looked for inside its township. */
export function placeFilters(code: string): Filter[] {
  if (!code || code.endsWith('000000')) return [];
  const township = { f: 'township', op: 'eq', v: code.slice(0, 9) };
  return code.endsWith('000') ? [township] : [township, { f: 'div', op: 'eq', v: code }];
}

function within(type: RecordType, { f, v }: Filter): Filter[] {
  if (f === 'div') return placeFilters(v);
  const [from, to] = endsOf(v);
  const timed = type.schema.properties[f]?.['x-ui'].widget === 'datetime';
  return [
    ...(from ? [{ f, op: 'ge', v: timed ? zoned(from) : from }] : []),
    ...(to ? [{ f, op: timed ? 'lt' : 'le', v: timed ? zoned(dayAfter(to, 1)) : to }] : []),
  ];
}

/** The conditions as the server takes them. */
export function plainFilters(type: RecordType, asked: Asked): Filter[] {
  const placed = asked.filters.some(({ f }) => f === 'div') || !asked.div
    ? asked.filters : [...asked.filters, { f: 'div', op: 'within', v: asked.div }];
  return placed.flatMap((filter) => (filter.op === 'within' ? within(type, filter)
    : [{ ...filter, v: filter.v === ME ? me.value?.account.id ?? '' : filter.v }]));
}

/** { "person.eq": "…", sort: "-visited_at" } */
export function parameters(type: RecordType, asked: Asked): Query {
  const given: Query = { sort: asked.sort, limit: String(asked.size) };
  if (asked.overdue) given.overdue = asked.overdue;
  for (const { f, op, v } of plainFilters(type, asked)) given[`${f}.${op}`] = v;
  return given;
}

/** What is typed to find a person is in no address: it would stay in the browser's history. */
const PERSONAL = ['name', 'id_number', 'phone', 'card', 'text', 'textarea'];
export const isPersonal = (type: RecordType, f: string): boolean => {
  const ui = type.schema.properties[f]?.['x-ui'];
  return !!ui && PERSONAL.includes(ui.widget) && (ui.class ?? 1) > 1;
};

/** The question as a page's address holds it; what is as at first is left out. */
export function queryOf(type: RecordType, asked: Asked): Query {
  const given: Query = {};
  for (const { f, op, v } of asked.filters) if (!isPersonal(type, f)) given[`${f}.${op}`] = v;
  if (asked.overdue) given.overdue = asked.overdue;
  if (asked.sort !== sortAtFirst(type)) given.sort = asked.sort;
  if (asked.size !== SIZES[0]) given.size = String(asked.size);
  return given;
}

const orders = (type: RecordType) => type.ui.list.sorts.flatMap((name) => [name, `-${name}`]);

/** Back from an address, which anybody may have typed: what it says wrongly is left out. */
export function askedOf(type: RecordType, query: Record<string, unknown>): Asked {
  const asked = askedAtFirst(type);
  for (const [name, v] of Object.entries(query)) {
    const [f, op] = name.split('.');
    if (op && typeof v === 'string' && (f === 'div' || type.schema.properties[f])) asked.filters.push({ f, op, v });
  }
  if (typeof query.overdue === 'string' && type.limits.length) asked.overdue = query.overdue;
  if (orders(type).includes(String(query.sort))) asked.sort = String(query.sort);
  if (SIZES.includes(Number(query.size))) asked.size = Number(query.size);
  return asked;
}

// What is known and open of one resident, of the records that somebody out there works with.
import { codeText, timeText } from '@/schema/format';
import { dictOf } from '@/schema/store';
import type { RecordType, Row } from '@/schema/types';
import { may, me } from '@/state/me';
import { listed } from './list';
import { isEnglish } from './text';

interface Part { record: string; may: string; plugin?: string; asked: Record<string, string | number>; what: (row: Row, type: RecordType) => string }
export interface About { type: RecordType; items: Row[]; what: (row: Row) => string }

const code = (row: Row, type: RecordType, field: string) =>
  codeText(dictOf(type.schema.properties[field]?.['x-ui'].dict), String(row[field] ?? ''), isEnglish.value);

const PARTS: Part[] = [
  { record: 'elderly.elder_profile', may: 'elder.read', plugin: 'elderly', asked: { limit: 1 }, what: (row, type) => code(row, type, 'tier') },
  { record: 'station.request', may: 'request.read', asked: { 'state.in': 'new,accepted,assigned,in_progress,returned,transferred,reopened', limit: 5 },
    what: (row, type) => `${code(row, type, 'category')} · ${row.no}` },
  { record: 'elderly.errand', may: 'elder.read', plugin: 'elderly', asked: { 'state.in': 'requested,accepted,purchased,delivered,disputed', limit: 5 },
    what: (row, type) => `${code(row, type, 'kind')} · ${row.items}` },
  { record: 'station.visit', may: 'visit.read', asked: { sort: '-visited_at', limit: 3 },
    what: (row, type) => `${timeText(String(row.visited_at))} · ${code(row, type, 'result')}` },
];

export async function aboutOf(person: string, signal: AbortSignal): Promise<About[]> {
  const open = PARTS.filter((part) => may(part.may) && (!part.plugin || me.value?.plugins.includes(part.plugin)));
  return Promise.all(open.map(async ({ record, asked, what }) => {
    const { type, items } = await listed(record, { 'person.eq': person, ...asked }, signal);
    return { type, items, what: (row: Row) => what(row, type) };
  }));
}

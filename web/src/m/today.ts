// What is due, as the agenda of all records says it, by how near it is.
import { get, query } from '@/api/client';

export interface Due {
  record: string; label: string; limit: string; limit_label: string; id: string; title: string;
  state: string; state_label: string; due: string; overdue: boolean; person: string | null;
}
export interface Agenda { items: Due[]; next: string | null }

const MOST = 100;
export const agendaOf = (signal: AbortSignal, cursor: string | null = null) =>
  get<Agenda>(`/api/v1/agenda${query({ whose: 'me', limit: MOST, cursor })}`, { signal });

const SOON_MS = 7 * 86400000;
/** Late, today's, this week's: what comes later still is nobody's care out there. */
export function groupsOf(items: Due[], endOfDay: string): { key: 'late' | 'now' | 'soon'; items: Due[] }[] {
  const end = Date.parse(endOfDay);
  const at = (item: Due) => Date.parse(item.due);
  return [
    { key: 'late' as const, items: items.filter((item) => item.overdue) },
    { key: 'now' as const, items: items.filter((item) => !item.overdue && at(item) < end) },
    { key: 'soon' as const, items: items.filter((item) => !item.overdue && at(item) >= end && at(item) < end + SOON_MS) },
  ].filter((group) => group.items.length);
}

// What the board shows: a page of each column. Asked for again every 15 seconds while somebody looks.
import { computed, reactive, shallowReactive, shallowRef } from 'vue';

import { get, query } from '@/api/client';
import { useLatest } from '@/generic/useAttempt';
import type { Page, RecordType, Row } from '@/schema/types';
import { columnsOf, type Column } from './columns';

export interface Lane extends Column { rows: Row[]; next: boolean; count: number }
export interface Wanted { urgency: string; domain: string; staff: string; div: string; late: boolean }

const PAGE = 20;
const MOST = 200;
export const EVERY_MS = 15_000;

export function useBoard(type: RecordType) {
  const wanted = reactive<Wanted>({ urgency: '', domain: '', staff: '', div: '', late: false });
  const lanes = shallowReactive<Lane[]>(columnsOf(type).map((column) => ({ ...column, rows: [], next: false, count: 0 })));
  const shown = columnsOf(type).map(() => PAGE);
  const changed = shallowReactive(new Set<string>());
  const { problem, busy, ask, stop } = useLatest();
  const at = shallowRef(0);
  const byHand = shallowRef(true);

  /** Late: by the first limit that still runs in the column's states. */
  const limitOf = (column: Column) => type.limits.find(({ ended }) => column.states.some((state) => !ended.includes(state)));

  async function laneOf(column: Column, limit: number, signal: AbortSignal): Promise<Lane> {
    const running = limitOf(column);
    if (wanted.late && !running) return { ...column, rows: [], next: false, count: 0 };
    const page = await get<Page>(`${type.path}${query({ 'state.in': column.states.join(','), sort: 'received_at', limit,
      count: 'exact', 'urgency.eq': wanted.urgency, 'domain.eq': wanted.domain, 'staff.eq': wanted.staff, div: wanted.div,
      overdue: wanted.late ? running!.due : '' })}`, { signal });
    return { ...column, rows: page.items, next: page.next !== null, count: page.count ?? page.items.length };
  }

  /** Cards that came, moved or were changed since the last look. */
  function mark(fresh: Lane[]): void {
    const before = new Map(lanes.flatMap(({ rows }) => rows).map(({ id, version }) => [id, version]));
    changed.clear();
    for (const { id, version } of fresh.flatMap(({ rows }) => rows)) if (before.get(id) !== version) changed.add(id);
  }

  /** `asked`: by a person, who sees all anew; otherwise what differs is marked. */
  const load = (asked = true) => ask(async (signal) => {
    byHand.value = asked;
    const fresh = await Promise.all(lanes.map((lane, i) => laneOf(lane, shown[i], signal)));
    if (signal.aborted) return;
    if (asked) changed.clear();
    else mark(fresh);
    lanes.splice(0, lanes.length, ...fresh);
    at.value = Date.now();
  });
  function more(lane: Lane): Promise<void> {
    const i = lanes.findIndex(({ id }) => id === lane.id);
    shown[i] = Math.min(shown[i] + PAGE * 2, MOST);
    return load();
  }
  return { wanted, lanes, changed, problem, busy: computed(() => busy.value && byHand.value), at, load, more, stop, most: MOST };
}

// What runs against a limit, as GET /agenda/counts says it: by unit and kind.
import { get } from '@/api/client';

export interface DueKind { record: string; label: string; limit: string; limit_label: string; open: number; overdue: number }
export interface DueUnit { org: string; name: string | null; div: string | null; kinds: DueKind[]; open: number; overdue: number }

export const dueByUnit = async (signal?: AbortSignal, quiet?: boolean): Promise<DueUnit[]> =>
  (await get<{ items: DueUnit[] }>('/api/v1/agenda/counts', { signal, quiet })).items;

const same = (a: DueKind, b: DueKind) => a.record === b.record && a.limit === b.limit;

/** Kinds over all units, what is late first. */
export function dueByKind(units: DueUnit[]): DueKind[] {
  const all: DueKind[] = [];
  for (const kind of units.flatMap(({ kinds }) => kinds)) {
    const before = all.find((one) => same(one, kind));
    if (!before) all.push({ ...kind });
    else {
      before.open += kind.open;
      before.overdue += kind.overdue;
    }
  }
  return all.sort((a, b) => b.overdue - a.overdue || b.open - a.open);
}

export interface Requests { open: number; overdue: number }
/** A request has two limits, to be taken on and to be finished; it is open while the second runs. */
export function requestsOf(kinds: DueKind[]): Requests {
  const own = kinds.filter(({ record }) => record === 'station.request');
  const finish = own.find(({ limit }) => limit === 'due_finish_at');
  return { open: finish?.open ?? 0, overdue: own.reduce((n, { overdue }) => Math.max(n, overdue), 0) };
}

/** The list of what is late of one kind, everywhere or in one township. */
export const lateList = ({ record, limit }: DueKind, div?: string) =>
  ({ path: `/t/${record}`, query: { overdue: limit, ...(div && { 'div.within': div }) } });

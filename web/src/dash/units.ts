// Stations and village rooms, and how many of them work.
import { get, query } from '@/api/client';

interface Unit { kind: string; status: string }
export interface Working { working: number; of: number }
export type Units = Record<'STATION' | 'ROOM', Working>;

const PAGES = 10; // of 200: more rooms than any county has

export async function unitsOf(signal: AbortSignal): Promise<Units> {
  const units: Units = { STATION: { working: 0, of: 0 }, ROOM: { working: 0, of: 0 } };
  let cursor: string | null = null;
  for (let i = 0; i < PAGES && (i === 0 || cursor); i++) {
    const page: { items: Unit[]; next: string | null } = await get(
      `/api/v1/admin/org_units${query({ 'kind.in': 'STATION,ROOM', fields: 'kind,status', limit: 200, cursor })}`, { signal });
    for (const { kind, status } of page.items) {
      const own = units[kind as keyof Units];
      if (status === 'CLOSED') continue;
      own.of++;
      if (status === 'OPERATING') own.working++;
    }
    cursor = page.next;
  }
  return units;
}

// Stations and village rooms, and how many of them work.
import { get } from '@/api/client';

export interface Working { working: number; of: number }
export type Units = Record<'STATION' | 'ROOM', Working>;

export async function unitsOf(signal: AbortSignal): Promise<Units> {
  const units: Units = { STATION: { working: 0, of: 0 }, ROOM: { working: 0, of: 0 } };
  const { groups } = await get<{ groups: { key: string[]; n: number }[] }>(
    '/api/v1/admin/org_units/counts?by=kind,status&kind.in=STATION,ROOM', { signal });
  for (const { key: [kind, status], n } of groups) {
    const own = units[kind as keyof Units];
    if (status !== 'CLOSED') own.of += n;
    if (status === 'OPERATING') own.working += n;
  }
  return units;
}

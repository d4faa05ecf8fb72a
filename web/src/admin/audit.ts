// The audit ledger as its administrator reads it; the server says in words what was done to what.
import { get, query } from '@/api/client';

export interface Entry {
  id: string; at: string; actor: string | null; login: string | null; name: string | null; role: string | null;
  role_label: string | null; address: string | null; action: string; action_label: string; object: string; object_label: string;
  object_id: string | null; div: string | null; fields: string[] | null; n: number; result: string;
  request: string | null; reason: string | null; note: string | null;
}
export interface Asked {
  /** First and last day; without them the last 31 days. */
  days: [string, string] | null;
  actor: string | null;
  action: string;
  object: string;
  object_id: string;
}

const DAY_MS = 86400000;
const dayAfter = (day: string): string => new Date(Date.parse(`${day}T00:00:00Z`) + DAY_MS).toISOString().slice(0, 10);

export const auditPage = ({ days, ...asked }: Asked, cursor: string | null, signal: AbortSignal) =>
  get<{ items: Entry[]; next: string | null }>(`/api/v1/audit${query({ ...asked, limit: 50, cursor,
    from: days?.[0], to: days && dayAfter(days[1]) })}`, { signal });

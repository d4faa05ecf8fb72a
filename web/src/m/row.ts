// One row with what can be done with it, and the type it is of.
import { call } from '@/api/client';
import { typeOf } from '@/schema/store';
import type { Action, RecordType, Row } from '@/schema/types';

export interface Whole { type: RecordType; row: Row; etag: string }

export async function wholeOf(name: string, id: string, signal: AbortSignal): Promise<Whole> {
  const type = await typeOf(name);
  const answer = await call<Row>('GET', `${type.path}/${id}`, { signal });
  return { type, row: answer.body, etag: answer.etag ?? '' };
}

export const actionsOf = ({ type, row }: { type: RecordType; row: Row }): Action[] =>
  (row._actions ?? []).map((id) => type.actions.find((action) => action.id === id)).filter((action): action is Action => !!action);

/** Whose row it is, where it is somebody's. */
export const personOf = ({ type, row }: { type: RecordType; row: Row }): string | null =>
  (type.type === 'station.resident' ? row.id : type.person && typeof row[type.person] === 'string' ? String(row[type.person]) : null);

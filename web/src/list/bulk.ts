// One step for many rows: each is a write of its own in one call, and each says how it went.
import { get, post, query } from '@/api/client';
import type { ProblemBody } from '@/api/problem';
import type { Action, Page, RecordType, Row } from '@/schema/types';

export const MOST = 500;
const MOST_IDS = 200;
export interface Outcome { row: Row; status: number; problem?: ProblemBody }

/** The actions every one of these rows allows now. */
export const actionsOf = (type: RecordType, rows: Row[]): Action[] =>
  type.actions.filter(({ id }) => rows.length > 0 && rows.every((row) => row._actions?.includes(id)));

/** Does `op`, an action or "delete", with each row as it was last seen. */
export async function runAll(type: RecordType, op: string, rows: Row[], key: string,
  data?: Record<string, unknown>): Promise<Outcome[]> {
  const items = rows.map(({ id, version }) => ({ op, id, version, ...(data && { data }) }));
  const answer = await post<{ items: { status: number; problem?: ProblemBody }[] }>(`${type.path}/batch`,
    { atomic: 'each', items }, { key });
  return answer.items.map(({ status, problem }, i) => ({ row: rows[i], status, problem }));
}

/** The rows as they stand now: somebody else may have changed them. */
export async function fresh(type: RecordType, rows: Row[]): Promise<Row[]> {
  const found: Row[] = [];
  for (let i = 0; i < rows.length; i += MOST_IDS) {
    const ids = rows.slice(i, i + MOST_IDS).map(({ id }) => id).join();
    found.push(...(await get<Page>(`${type.path}${query({ 'id.in': ids, limit: MOST_IDS })}`)).items);
  }
  return found;
}

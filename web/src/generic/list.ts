// What a list asks for: its state, the query it becomes, and its pages by cursor.
import { computed, reactive, shallowReactive, shallowRef } from 'vue';

import { get, query } from '@/api/client';
import { isProblem, type Problem } from '@/api/problem';
import type { Page, RecordType, Row } from '@/schema/types';

export interface Filter { f: string; op: string; v: string }

export interface Asked {
  filters: Filter[];
  sort: string;
  limit: number;
  div: string;
  overdue: string;
}

/** "person.eq=…&sort=-visited_at" */
export function parameters(asked: Asked): Record<string, string | number> {
  const given: Record<string, string | number> = { sort: asked.sort, limit: asked.limit };
  if (asked.div) given.div = asked.div;
  if (asked.overdue) given.overdue = asked.overdue;
  for (const { f, op, v } of asked.filters)
    if (v !== '') given[`${f}.${op}`] = v;
  return given;
}

export function useList(type: RecordType) {
  const asked = reactive<Asked>({ filters: [], sort: type.ui.list.sort ?? '-created_at', limit: 20, div: '', overdue: '' });
  const cursors = shallowReactive<(string | null)[]>([null]);
  const rows = shallowRef<Row[]>([]);
  const next = shallowRef<string | null>(null);
  const busy = shallowRef(false);
  const problem = shallowRef<Problem | null>(null);
  let latest: AbortController | null = null;

  /** Fetches the page that is shown; an earlier question that is still out is given up. */
  async function load(): Promise<void> {
    latest?.abort();
    const mine = latest = new AbortController();
    busy.value = true;
    try {
      const page = await get<Page>(`${type.path}${query({ ...parameters(asked), cursor: cursors[cursors.length - 1] })}`,
        { signal: mine.signal });
      if (latest !== mine) return;
      rows.value = page.items;
      next.value = page.next;
      problem.value = null;
    } catch (error) {
      if (mine.signal.aborted) return;
      if (!isProblem(error)) throw error;
      problem.value = error;
    } finally {
      if (latest === mine) busy.value = false;
    }
  }

  const first = () => { cursors.splice(0, cursors.length, null); return load(); };
  const onward = () => { cursors.push(next.value); return load(); };
  const back = () => { cursors.pop(); return load(); };
  return { asked, rows, next, busy, problem, load, first, onward, back, page: computed(() => cursors.length) };
}

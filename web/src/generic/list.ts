// A list that is on the screen: what it asks for, its rows, and its pages by cursor.
import { computed, reactive, shallowReactive, shallowRef } from 'vue';

import { get, post, query } from '@/api/client';
import { isProblem, type Problem } from '@/api/problem';
import { askedAtFirst, parameters } from '@/list/query';
import { searchBody } from '@/list/search';
import type { Page, RecordType, Row } from '@/schema/types';

export type { Asked, Filter } from '@/list/query';

export function useList(type: RecordType) {
  const asked = reactive(askedAtFirst(type));
  const cursors = shallowReactive<(string | null)[]>([null]);
  const rows = shallowRef<Row[]>([]);
  const next = shallowRef<string | null>(null);
  const count = shallowRef<number | null>(null);
  const busy = shallowRef(false);
  const loaded = shallowRef(false);
  const problem = shallowRef<Problem | null>(null);
  let latest: AbortController | null = null;

  const path = (more: Record<string, string | null>) => `${type.path}${query({ ...parameters(type, asked), ...more })}`;
  const cursor = () => cursors[cursors.length - 1];
  const page = (signal: AbortSignal) => (asked.word
    ? post<Page>(`${type.path}/search`, { ...searchBody(type, asked.word), ...(cursor() && { cursor: cursor() }) }, { signal })
    : get<Page>(path({ cursor: cursor() }), { signal }));

  /** Does what a question is asked for; an earlier one that is still out is given up. */
  async function ask(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    latest?.abort();
    const mine = latest = new AbortController();
    busy.value = true;
    try {
      await work(mine.signal);
    } catch (error) {
      if (mine.signal.aborted) return;
      if (!isProblem(error)) throw error;
      problem.value = error;
    } finally {
      if (latest === mine) busy.value = false;
    }
  }
  /** Fetches the page that is shown. */
  const load = () => ask(async (signal) => {
    const found = await page(signal);
    if (signal.aborted) return;
    rows.value = found.items;
    next.value = found.next;
    loaded.value = true;
    problem.value = null;
  });
  /** How many there are on all pages: asked for on its own, for it reads them all. */
  const countAll = () => ask(async (signal) => {
    const found = await get<Page>(path({ count: 'exact', limit: '1', fields: 'created_at' }), { signal });
    if (!signal.aborted) count.value = found.count ?? null;
  });

  const first = () => { cursors.splice(0, cursors.length, null); count.value = null; return load(); };
  const onward = () => { cursors.push(next.value); return load(); };
  const back = () => { cursors.pop(); return load(); };
  /** Leaves the server be: nobody looks any more. */
  const stop = () => latest?.abort();
  return { asked, cursors, rows, next, count, busy, loaded, problem, load, countAll, first, onward, back, stop,
    page: computed(() => cursors.length) };
}
export type List = ReturnType<typeof useList>;

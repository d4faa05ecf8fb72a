// A list that is on the screen: what it asks for, its rows, and its pages by cursor.
import { computed, reactive, shallowReactive, shallowRef } from 'vue';

import { get, post, query } from '@/api/client';
import { askedAtFirst, parameters } from '@/list/query';
import { searchBody } from '@/list/search';
import type { Page, RecordType, Row } from '@/schema/types';
import { useLatest } from './useAttempt';

export type { Asked, Filter } from '@/list/query';

export function useList(type: RecordType) {
  const asked = reactive(askedAtFirst(type));
  const cursors = shallowReactive<(string | null)[]>([null]);
  const rows = shallowRef<Row[]>([]);
  const next = shallowRef<string | null>(null);
  const count = shallowRef<number | null>(null);
  const loaded = shallowRef(false);
  const { busy, problem, ask, stop } = useLatest();

  const path = (more: Record<string, string | null>) => `${type.path}${query({ ...parameters(type, asked), ...more })}`;
  const cursor = () => cursors[cursors.length - 1];
  const page = (signal: AbortSignal) => (asked.word
    ? post<Page>(`${type.path}/search`, { ...searchBody(type, asked.word), ...(cursor() && { cursor: cursor() }) }, { signal })
    : get<Page>(path({ cursor: cursor() }), { signal }));

  /** Fetches the page that is shown. */
  const load = () => ask(async (signal) => {
    const found = await page(signal);
    if (signal.aborted) return;
    rows.value = found.items;
    next.value = found.next;
    loaded.value = true;
  });
  /** How many there are on all pages: asked for on its own, for it reads them all. */
  const countAll = () => ask(async (signal) => {
    const found = await get<Page>(path({ count: 'exact', limit: '1', fields: 'created_at' }), { signal });
    if (!signal.aborted) count.value = found.count ?? null;
  });

  const first = () => { cursors.splice(0, cursors.length, null); count.value = null; return load(); };
  const onward = () => { cursors.push(next.value); return load(); };
  const back = () => { cursors.pop(); return load(); };
  return { asked, cursors, rows, next, count, busy, loaded, problem, load, countAll, first, onward, back, stop,
    page: computed(() => cursors.length) };
}
export type List = ReturnType<typeof useList>;

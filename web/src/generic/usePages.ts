import { ref, shallowRef, watch } from 'vue';

import { useAsk } from './useAsk';

export interface Paged<T> { items: T[]; next: string | null }

/** What is read page after page under one another: the rows so far, and whether there are more. */
export function usePages<T>(ask: (cursor: string | null, signal: AbortSignal) => Promise<Paged<T>>) {
  const items = shallowRef<T[]>([]);
  const next = ref<string | null>(null);
  let cursor: string | null = null;
  const { answer, problem, busy, run } = useAsk((signal) => ask(cursor, signal));
  watch(answer, (page) => {
    if (!page) return;
    items.value = cursor ? [...items.value, ...page.items] : page.items;
    next.value = page.next;
  }, { flush: 'sync' });

  function from(place: string | null): Promise<void> {
    cursor = place;
    return run();
  }
  /** `again`: the page that was asked for last, as after a line that broke. */
  return { items, next, problem, busy, first: () => from(null), more: () => from(next.value), again: run };
}

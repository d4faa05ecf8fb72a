// What a page reads. On a bad line an answer may never come: a question is given up after a while, when it is
// asked anew and when the page is left, and the page says that it is slow before that.
import { shallowRef } from 'vue';

import { Problem } from '@/api/problem';
import { useLatest } from '@/generic/useAttempt';

const READ_MS = 30000;
const SLOW_MS = 3000;

/** Runs with a signal that ends it after `ms` or when `left` says so; too late is as if nobody answered. */
export async function within<T>(ms: number, run: (signal: AbortSignal) => Promise<T>, left?: AbortSignal): Promise<T> {
  const mine = new AbortController();
  let late = false;
  const leave = () => mine.abort();
  const timer = setTimeout(() => { late = true; leave(); }, ms);
  left?.addEventListener('abort', leave);
  try {
    return await run(mine.signal);
  } catch (error) {
    throw late ? new Problem({ title: '', status: 0, code: 'unreachable' }) : error;
  } finally {
    clearTimeout(timer);
    left?.removeEventListener('abort', leave);
  }
}

export function useLoad<T>(read: (signal: AbortSignal) => Promise<T>) {
  const data = shallowRef<T | null>(null);
  const { problem, busy, ask } = useLatest();
  const slow = shallowRef(false);
  const loadedAt = shallowRef<Date | null>(null);

  const load = () => ask(async (signal) => {
    const timer = setTimeout(() => { slow.value = true; }, SLOW_MS);
    try {
      const given = await within(READ_MS, read, signal);
      if (signal.aborted) return;
      data.value = given;
      loadedAt.value = new Date();
    } finally {
      clearTimeout(timer);
      slow.value = false;
    }
  });
  void load();
  return { data, problem, busy, slow, loadedAt, load };
}

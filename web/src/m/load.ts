// What a page reads. On a bad line an answer may never come: a question is given up after a while, when it is
// asked anew and when the page is left, and the page says that it is slow before that.
import { onBeforeUnmount, shallowRef } from 'vue';

import { isProblem, Problem } from '@/api/problem';

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
  const problem = shallowRef<Problem | null>(null);
  const busy = shallowRef(false);
  const slow = shallowRef(false);
  const loadedAt = shallowRef<Date | null>(null);
  let latest: AbortController | null = null;

  async function load(): Promise<void> {
    latest?.abort();
    const mine = latest = new AbortController();
    busy.value = true;
    const timer = setTimeout(() => { slow.value = true; }, SLOW_MS);
    try {
      const given = await within(READ_MS, read, mine.signal);
      if (latest !== mine) return;
      data.value = given;
      loadedAt.value = new Date();
      problem.value = null;
    } catch (error) {
      if (mine.signal.aborted) return;
      if (!isProblem(error)) throw error;
      problem.value = error;
    } finally {
      clearTimeout(timer);
      if (latest === mine) busy.value = slow.value = false;
    }
  }
  onBeforeUnmount(() => { const mine = latest; latest = null; mine?.abort(); });
  void load();
  return { data, problem, busy, slow, loadedAt, load };
}

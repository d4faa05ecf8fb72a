import { getCurrentScope, onScopeDispose, ref, shallowRef } from 'vue';

import { isProblem, type Problem } from '@/api/problem';

/** What a page shows of one question to the server: the answer, or what was wrong; the latest wins, and
 *  one that is overtaken or left is given up where it takes the signal. */
export function useAsk<T>(ask: (signal: AbortSignal) => Promise<T>) {
  const answer = shallowRef<T | null>(null);
  const problem = shallowRef<Problem | null>(null);
  const busy = ref(false);
  let latest: AbortController | null = null;
  if (getCurrentScope()) onScopeDispose(() => latest?.abort());

  async function run(): Promise<void> {
    latest?.abort();
    const mine = latest = new AbortController();
    busy.value = true;
    try {
      const given = await ask(mine.signal);
      if (mine !== latest) return;
      answer.value = given;
      problem.value = null;
    } catch (error) {
      if (mine.signal.aborted) return;
      if (!isProblem(error)) throw error;
      problem.value = error;
    } finally {
      if (mine === latest) busy.value = false;
    }
  }
  return { answer, problem, busy, run };
}

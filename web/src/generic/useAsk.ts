import { ref, shallowRef } from 'vue';

import { isProblem, type Problem } from '@/api/problem';

/** What a page shows of one question to the server: the answer, or what was wrong; the latest wins. */
export function useAsk<T>(ask: () => Promise<T>) {
  const answer = shallowRef<T | null>(null);
  const problem = shallowRef<Problem | null>(null);
  const busy = ref(false);
  let latest = 0;

  async function run(): Promise<void> {
    const mine = ++latest;
    busy.value = true;
    try {
      const given = await ask();
      if (mine !== latest) return;
      answer.value = given;
      problem.value = null;
    } catch (error) {
      if (!isProblem(error)) throw error;
      if (mine === latest) problem.value = error;
    } finally {
      if (mine === latest) busy.value = false;
    }
  }
  return { answer, problem, busy, run };
}

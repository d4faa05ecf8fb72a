import { shallowRef } from 'vue';

import { useLatest } from './useAttempt';

/** What a page shows of one question to the server: the answer, or what was wrong. */
export function useAsk<T>(question: (signal: AbortSignal) => Promise<T>) {
  const answer = shallowRef<T | null>(null);
  const { problem, busy, ask } = useLatest();
  const run = () => ask(async (signal) => {
    const given = await question(signal);
    if (!signal.aborted) answer.value = given;
  });
  return { answer, problem, busy, run };
}

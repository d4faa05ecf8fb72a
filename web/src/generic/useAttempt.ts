// What a page asks of the server or does there: whether it is under way, and why it was refused.
import { getCurrentScope, onScopeDispose, ref, shallowRef } from 'vue';

import { isProblem, type Problem } from '@/api/problem';
import { uuid7 } from '@/api/uuid';

/** One thing after the other, as a person does them. `attempt` is true when it went through. */
export function useAttempt() {
  const busy = ref(false);
  const problem = shallowRef<Problem | null>(null);
  const gone = new AbortController();
  let key = uuid7();
  if (getCurrentScope()) onScopeDispose(() => gone.abort());

  /** Something else is begun: nothing has been said to it, and it is no repetition. */
  function anew(): void {
    problem.value = null;
    key = uuid7();
  }
  /** The key of repetition stays the same until the server has answered; reads end by `signal`. */
  async function attempt(work: (ask: { key: string; signal: AbortSignal }) => Promise<unknown>): Promise<boolean> {
    busy.value = true;
    problem.value = null;
    try {
      await work({ key, signal: gone.signal });
      anew();
      return true;
    } catch (error) {
      if (gone.signal.aborted) return false;
      if (!isProblem(error)) throw error;
      if (error.status) anew();
      problem.value = error;
      return false;
    } finally {
      busy.value = false;
    }
  }
  return { busy, problem, attempt, anew };
}

/** The latest wins: what is overtaken or left is given up where it takes the signal, and is to change
 *  nothing once that has ended. What was wrong stays until there is an answer. */
export function useLatest() {
  const busy = ref(false);
  const problem = shallowRef<Problem | null>(null);
  let now: AbortController | null = null;
  const stop = () => now?.abort();
  if (getCurrentScope()) onScopeDispose(stop);

  async function ask(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    stop();
    const mine = now = new AbortController();
    busy.value = true;
    try {
      await work(mine.signal);
      if (!mine.signal.aborted) problem.value = null;
    } catch (error) {
      if (mine.signal.aborted) return;
      if (!isProblem(error)) throw error;
      problem.value = error;
    } finally {
      if (mine === now) busy.value = false;
    }
  }
  return { busy, problem, ask, stop };
}

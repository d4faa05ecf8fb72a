import { ref, shallowRef } from 'vue';

import { isProblem, type Problem } from '@/api/problem';
import { typeOf } from '@/schema/store';
import type { RecordType } from '@/schema/types';

/** The record type of a page; what it needs first, and what it says when it is not open. */
export function useType(name: string, then?: (type: RecordType) => Promise<void> | void) {
  const type = shallowRef<RecordType | null>(null);
  const problem = shallowRef<Problem | null>(null);
  const busy = ref(true);
  void (async () => {
    try {
      const known = await typeOf(name);
      await then?.(known);
      type.value = known;
    } catch (error) {
      if (!isProblem(error)) throw error;
      problem.value = error;
    } finally {
      busy.value = false;
    }
  })();
  return { type, problem, busy };
}

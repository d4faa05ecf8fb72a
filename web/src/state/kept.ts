// What this tab remembers of its person: gone with the tab, and at sign-out.
import { ref, watch, type Ref } from 'vue';

const TAB = 'wulian.tab.';
const forgetters: (() => void)[] = [];

/** What a part of the state drops when somebody else sits down. */
export const whenLeft = (forget: () => void): void => { forgetters.push(forget); };

/** A value of this tab that outlives a reload; it is replaced, never changed within. */
export function keptInTab<T>(name: string, first: T): Ref<T> {
  const key = TAB + name;
  const kept = sessionStorage.getItem(key);
  const value = ref(kept === null ? first : JSON.parse(kept)) as Ref<T>;
  watch(value, (now) => sessionStorage.setItem(key, JSON.stringify(now)), { flush: 'sync' });
  whenLeft(() => {
    value.value = first;
    sessionStorage.removeItem(key);
  });
  return value;
}

export const leftForget = (): void => forgetters.forEach((forget) => forget());

// The session ended while somebody works: they sign in again over the page, and what they typed stays.
import { ref } from 'vue';

import { me } from './me';

export const again = ref<{ login: string; post: string } | null>(null);
let waiting: Promise<boolean> | null = null;
let settle: (signedIn: boolean) => void = () => {};

/** Several calls may find the session gone at once: all wait for one dialogue. */
export function askAgain(): Promise<boolean> {
  if (!me.value) return Promise.resolve(false);
  if (!waiting) {
    again.value = { login: me.value.account.login, post: me.value.post };
    waiting = new Promise((done) => { settle = done; });
  }
  return waiting;
}

export function answerAgain(signedIn: boolean): void {
  again.value = null;
  waiting = null;
  if (!signedIn) me.value = null;
  settle(signedIn);
}

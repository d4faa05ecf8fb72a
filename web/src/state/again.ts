// The session ended while somebody works, or what they ask for wants to know that it is still they:
// the password once more over the page, and what they typed stays.
import { ref } from 'vue';

import { me } from './me';

/** `proof`: the session stands; it is only to be proved whose it is. */
export const again = ref<{ login: string; post: string; proof: boolean } | null>(null);
let waiting: Promise<boolean> | null = null;
let settle: (signedIn: boolean) => void = () => {};

/** Several calls may find the session gone at once: all wait for one dialogue. */
function ask(proof: boolean): Promise<boolean> {
  if (!me.value) return Promise.resolve(false);
  if (!waiting) {
    again.value = { login: me.value.account.login, post: me.value.post, proof };
    waiting = new Promise((done) => { settle = done; });
  }
  return waiting;
}
export const askAgain = () => ask(false);
export const askProof = () => ask(true);

export function answerAgain(signedIn: boolean): void {
  const ended = !signedIn && !again.value?.proof;
  again.value = null;
  waiting = null;
  if (ended) me.value = null;
  settle(signedIn);
}

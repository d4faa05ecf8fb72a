// A short word that something went well; it goes by itself.
import { ref } from 'vue';

const SHOWN_MS = 4000;
export const toast = ref('');
let timer = 0;

export function say(text: string): void {
  toast.value = text;
  clearTimeout(timer);
  timer = window.setTimeout(() => { toast.value = ''; }, SHOWN_MS);
}

// The keys of the hotline page. Those of the browser itself (F5, F11, Ctrl+N, T, W) stay the browser's.
import { onBeforeUnmount, onMounted } from 'vue';

export interface Keys {
  fresh(): void; search(): void; save(): void; dispatch(): void; help(): void; category(n: number): void;
}

/** Somebody composes a character: this Enter is the input method's. */
export const composes = (event: KeyboardEvent): boolean => event.isComposing || event.keyCode === 229;

const typing = (event: KeyboardEvent) => {
  const at = event.target as HTMLElement;
  return at.tagName === 'TEXTAREA' || (at.tagName === 'INPUT' && (at as HTMLInputElement).type !== 'radio');
};

function workOf(event: KeyboardEvent, keys: Keys): (() => void) | null {
  const plain = !event.ctrlKey && !event.altKey && !event.metaKey;
  if (plain && event.key === 'F2') return keys.fresh;
  if (plain && event.key === 'F3') return keys.search;
  if (plain && (event.key === '?' || event.key === '？') && !typing(event)) return keys.help;
  if (event.ctrlKey && event.key === 'Enter') return keys.save;
  if (event.ctrlKey && event.key.toLowerCase() === 'd') return keys.dispatch;
  const digit = event.altKey && /^Digit([1-9])$/.exec(event.code);
  return digit ? () => keys.category(Number(digit[1]) - 1) : null;
}

export function useKeys(keys: Keys): void {
  const heard = (event: KeyboardEvent) => {
    const work = composes(event) ? null : workOf(event, keys);
    if (!work) return;
    event.preventDefault();
    event.stopPropagation(); // while this page is open its keys are its own
    work();
  };
  onMounted(() => window.addEventListener('keydown', heard, true));
  onBeforeUnmount(() => window.removeEventListener('keydown', heard, true));
}

const FIELDS = 'input:not([tabindex="-1"]):not(:disabled), textarea:not(:disabled)';

/** Enter goes to the next field; in a text of several lines it is a new line, in an open list it chooses. */
export function enterNext(event: KeyboardEvent): void {
  const at = event.target as HTMLElement;
  if (event.key !== 'Enter' || event.ctrlKey || composes(event) || at.tagName !== 'INPUT') return;
  if (at.getAttribute('aria-expanded') === 'true') return;
  event.preventDefault();
  event.stopPropagation();
  const fields = Array.from((event.currentTarget as HTMLElement).querySelectorAll<HTMLElement>(FIELDS));
  fields[fields.indexOf(at) + 1]?.focus();
}

// How the screen looks and behaves in this browser: nothing of anybody's work.
import { reactive, watchEffect } from 'vue';

const KEPT = 'wulian.look';
export const LOCK_MINUTES = [5, 10, 15, 30];

interface Look {
  dark: boolean;
  size: 'standard' | 'large';
  /** The menu as icons only. */
  narrow: boolean;
  /** The tree of divisions stands beside the menu. */
  tree: boolean;
  /** Parts of the menu that are unfolded. */
  open: string[];
  /** Nobody at the screen for so long covers it. */
  lock: number;
}

function kept(): Look {
  let given: Partial<Look> = {};
  try {
    given = JSON.parse(localStorage.getItem(KEPT) ?? '{}') as Partial<Look>;
  } catch { /* written by something else: begin anew */ }
  return {
    dark: given.dark === true,
    size: given.size === 'large' ? 'large' : 'standard',
    narrow: given.narrow === true,
    tree: given.tree === true,
    open: Array.isArray(given.open) ? given.open.map(String) : [],
    lock: LOCK_MINUTES.includes(Number(given.lock)) ? Number(given.lock) : 10,
  };
}

export const look = reactive<Look>(kept());

export function applyLook(): void {
  watchEffect(() => {
    document.documentElement.classList.toggle('dark', look.dark);
    document.documentElement.classList.toggle('large', look.size === 'large');
    localStorage.setItem(KEPT, JSON.stringify(look));
  });
}

// How the screen looks: dark or light, large type. Kept in this browser.
import { reactive, watchEffect } from 'vue';

const KEPT = 'wulian.look';
interface Look { dark: boolean; size: 'standard' | 'large' }

function kept(): Look {
  try {
    const given = JSON.parse(localStorage.getItem(KEPT) ?? '{}') as Partial<Look>;
    return { dark: given.dark === true, size: given.size === 'large' ? 'large' : 'standard' };
  } catch {
    return { dark: false, size: 'standard' };
  }
}

export const look = reactive<Look>(kept());

export function applyLook(): void {
  watchEffect(() => {
    document.documentElement.classList.toggle('dark', look.dark);
    document.documentElement.classList.toggle('large', look.size === 'large');
    localStorage.setItem(KEPT, JSON.stringify(look));
  });
}

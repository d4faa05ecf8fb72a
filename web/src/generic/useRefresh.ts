import { onBeforeUnmount, onMounted } from 'vue';

/** Looks again every so often while the page is seen, and when somebody comes back to it. */
export function useRefresh(everyMs: number, look: () => void): void {
  let timer = 0;
  const seen = () => { if (!document.hidden) look(); };
  onMounted(() => {
    timer = window.setInterval(seen, everyMs);
    document.addEventListener('visibilitychange', seen);
  });
  onBeforeUnmount(() => {
    clearInterval(timer);
    document.removeEventListener('visibilitychange', seen);
  });
}

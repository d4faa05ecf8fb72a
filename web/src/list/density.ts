// How close the rows of lists stand; a matter of the screen, so this browser keeps it.
import { ref, watch } from 'vue';

const KEPT = 'wulian.compact';
export const compact = ref(localStorage.getItem(KEPT) === '1');
watch(compact, (is) => localStorage.setItem(KEPT, is ? '1' : ''));

// One withheld value in full, for a reason: it is in the page for a minute at most, and goes when
// nobody looks any more.
import { onBeforeUnmount, onMounted, ref } from 'vue';

import { post } from '@/api/client';
import { dictOf } from '@/schema/store';
import type { DictRow, RecordType, Row } from '@/schema/types';

export const reasonsOf = (type: RecordType): DictRow[] => dictOf(type.reveal?.dict);
export const reveals = (type: RecordType, name: string): boolean => !!type.reveal?.fields.includes(name)
  && type.schema.properties[name]?.['x-ui'].shown === 'masked';

interface Revealed { field: string; value: string | null; hide_after: number }

export function useReveal(type: RecordType, row: Row, name: string) {
  const value = ref<string | null>(null);
  const left = ref(0);
  let timer = 0;

  function hide() {
    clearInterval(timer);
    value.value = null;
    left.value = 0;
  }
  async function show(reason: string, note: string) {
    const answer = await post<Revealed>(`${type.path}/${row.id}/reveal`, { field: name, reason, note: note.trim() || null });
    hide();
    value.value = answer.value;
    left.value = answer.hide_after;
    timer = window.setInterval(() => { if (--left.value <= 0) hide(); }, 1000);
  }
  const away = () => { if (document.hidden) hide(); };
  onMounted(() => {
    window.addEventListener('blur', hide);
    document.addEventListener('visibilitychange', away);
  });
  onBeforeUnmount(() => {
    hide();
    window.removeEventListener('blur', hide);
    document.removeEventListener('visibilitychange', away);
  });
  return { value, left, show, hide };
}

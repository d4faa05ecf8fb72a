// The row a page is about: read, read again after every step, deleted and brought back.
import { ElMessage, ElMessageBox } from 'element-plus';
import { ref, shallowRef } from 'vue';

import { call } from '@/api/client';
import { useAttempt } from '@/generic/useAttempt';
import { useType } from '@/generic/useType';
import { t } from '@/i18n';
import { titleOf } from '@/schema/titles';
import type { RecordType, Row } from '@/schema/types';

export function useRow(name: string, id: string) {
  const row = shallowRef<Row | null>(null);
  const etag = ref('');
  const deleted = ref(false);
  const { problem: refused, attempt } = useAttempt();

  async function load(of: RecordType) {
    const answer = await call<Row>('GET', `${of.path}/${id}`);
    row.value = answer.body;
    etag.value = answer.etag ?? '';
    deleted.value = false;
  }
  const { type, problem, busy } = useType(name, load);

  const again = () => attempt(() => load(type.value!));

  async function remove() {
    const sure = await ElMessageBox.confirm(t('remove.text'), t('remove.title', { what: titleOf(name, id) || '' }),
      { confirmButtonText: t('remove.go'), cancelButtonText: t('form.cancel'), confirmButtonClass: 'el-button--danger' }).catch(() => '');
    if (!sure) return;
    const went = await attempt(async () => {
      const answer = await call('DELETE', `${type.value!.path}/${id}`, { etag: etag.value });
      etag.value = answer.etag ?? `"v${row.value!.version + 1}"`;
    });
    if (!went) return;
    deleted.value = true;
    ElMessage.success(t('remove.done'));
  }
  async function restore() {
    if (await attempt(() => call('POST', `${type.value!.path}/${id}/restore`, { etag: etag.value }))) await again();
  }
  return { type, row, etag, problem, busy, deleted, refused, attempt, again, remove, restore };
}

// Nobody leaves a form with something unsaved in it without being told. What was typed stays as a draft.
import { ElMessageBox } from 'element-plus';
import { onBeforeUnmount, onMounted } from 'vue';
import { onBeforeRouteLeave } from 'vue-router';

import { t } from '@/i18n';
import { me } from '@/state/me';

export function useLeaveGuard(isDirty: () => boolean): void {
  const warn = (event: BeforeUnloadEvent) => { if (isDirty()) event.preventDefault(); };
  onMounted(() => window.addEventListener('beforeunload', warn));
  onBeforeUnmount(() => window.removeEventListener('beforeunload', warn));
  onBeforeRouteLeave(() => {
    if (!isDirty() || !me.value) return true;
    // The router takes the address back while it asks: that must not close the question.
    return ElMessageBox.confirm(t('leave.text'), t('leave.title'), { confirmButtonText: t('leave.go'),
      cancelButtonText: t('leave.stay'), closeOnClickModal: false, closeOnHashChange: false }).then(() => true, () => false);
  });
}

/** Ctrl+S and Ctrl+Enter save, wherever the focus is; not while a dialog asks, nor within an input method. */
export function useSaveKeys(save: () => void): void {
  const pressed = (event: KeyboardEvent) => {
    if (!(event.ctrlKey || event.metaKey) || event.isComposing || !['s', 'S', 'Enter'].includes(event.key)) return;
    event.preventDefault();
    const dialogs = Array.from(document.querySelectorAll('.el-overlay-dialog, .el-overlay-message-box'));
    if (!dialogs.some((dialog) => dialog.getClientRects().length)) save();
  };
  // before the widgets: a date picker keeps Enter to itself
  onMounted(() => window.addEventListener('keydown', pressed, true));
  onBeforeUnmount(() => window.removeEventListener('keydown', pressed, true));
}

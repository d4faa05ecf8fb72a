// What every change of page does: a tag, the window's title, the keyboard at the page's beginning.
import { watch, watchEffect } from 'vue';
import { useRoute } from 'vue-router';

import { isPage, kindAt } from './where';
import { tagOpened } from '@/state/tags';

/** A form that was saved gives its place to what it made. */
const FORM = /\/(new|edit)$/;

export function useVisits(toMain: () => void): void {
  const route = useRoute();
  let before = '';
  watch(() => route.fullPath, () => {
    const replaced = (history.state as { replaced?: boolean } | null)?.replaced && FORM.test(before);
    if (isPage(route)) tagOpened(route, replaced ? before : undefined);
    if (before && before !== route.path) toMain();
    before = route.path;
  }, { immediate: true });
  // The browser keeps titles in its history: a row's name, somebody's, is not put there.
  watchEffect(() => {
    const kind = kindAt(route);
    document.title = kind ? `${kind} · 五联` : '五联';
  });
}

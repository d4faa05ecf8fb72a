// The pages somebody has open, as tags: the last address of each, so that going back finds it as it
// was left. Only addresses are kept, no name of anybody.
import type { RouteLocationNormalized } from 'vue-router';

import { keptInTab } from './kept';

export interface Tag { path: string; full: string }

const MOST = 15;
export const tags = keptInTab<Tag[]>('tags', []);

/** A page was opened, or its query changed; `instead`: it took the place of this one. */
export function tagOpened(to: RouteLocationNormalized, instead?: string): void {
  const tag = { path: to.path, full: to.fullPath };
  const rest = tags.value.filter(({ path }) => path !== instead || path === to.path);
  const at = rest.findIndex(({ path }) => path === to.path);
  tags.value = at < 0 ? [...rest, tag].slice(-MOST) : rest.map((known, i) => (i === at ? tag : known));
}

/** Closes one; the tag to go to when it was the one on the screen. */
export function tagClose(path: string): Tag | undefined {
  const at = tags.value.findIndex((tag) => tag.path === path);
  tags.value = tags.value.filter((tag) => tag.path !== path);
  return tags.value[Math.min(at, tags.value.length - 1)];
}
export const tagsCloseOthers = (path: string): void => { tags.value = tags.value.filter((tag) => tag.path === path); };

// What a page is called, in tags, in the window's title and on the way to it.
import type { RouteLocation, RouteLocationNormalized, RouteLocationRaw } from 'vue-router';

import { t, tell } from '@/i18n';
import { pages } from '@/pages';
import { titleOf } from '@/schema/titles';
import { menu, menuItems } from '@/state/menu';

type Place = RouteLocation | RouteLocationNormalized;
export interface Step { text: string; to?: RouteLocationRaw }

const pathOf = (place: Place): string => place.matched[place.matched.length - 1]?.path ?? '';
const pageOf = (place: Place) => pages.find(({ path }) => path === pathOf(place));

function recordOf(type: string): string {
  const item = menuItems().find((known) => known.type === type);
  return item ? tell(item.labels) : '';
}

const ofRecord: Record<string, (type: string, id: string) => string> = {
  '/t/:type': (type) => recordOf(type),
  '/t/:type/new': (type) => t('where.new', { what: recordOf(type) }),
  '/t/:type/import': (type) => t('where.import', { what: recordOf(type) }),
  '/t/:type/:id': (type, id) => titleOf(type, id) || recordOf(type),
  '/t/:type/:id/edit': (type, id) => t('where.edit', { what: titleOf(type, id) || recordOf(type) }),
};

export const isPage = (place: Place): boolean => pageOf(place) !== undefined;

/** What kind of page it is, without a row's name; "" for one without. */
export function kindAt(place: Place): string {
  const type = String(place.params.type ?? '');
  const title = pageOf(place)?.menu?.title ?? pageOf(place)?.title;
  return type ? recordOf(type) : title ? t(title) : '';
}

/** What it goes by among others; "" while that is not known. */
export function titleAt(place: Place): string {
  const id = String(place.params.id ?? '');
  const record = ofRecord[pathOf(place)];
  if (record) return record(String(place.params.type), id);
  const names = pageOf(place)?.names;
  return (names && id && titleOf(names, id)) || kindAt(place);
}

/** The way to a page: its heading in the menu, its list, and itself. */
export function wayTo(place: Place): Step[] {
  const here = { text: titleAt(place) };
  const group = pageOf(place)?.menu?.group;
  if (group) return [{ text: t(`groups.${group}`) }, here];
  const type = String(place.params.type ?? '');
  if (!type) return [here];
  const part = menu.value.flatMap(({ groups }) => groups).find(({ items }) => items.some((item) => item.type === type));
  const list = { text: recordOf(type), to: `/t/${type}` };
  const way = pathOf(place) === '/t/:type' ? [here] : [list, here];
  return part ? [{ text: tell(part.labels) }, ...way] : way;
}

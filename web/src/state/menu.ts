import { shallowRef } from 'vue';

import { get } from '@/api/client';
import type { Label } from '@/schema/types';

export interface MenuItem { type: string; labels: Label; path: string; parent: string | null }
export interface MenuGroup { name: string; labels: Label; items: MenuItem[] }
export interface MenuModule { name: string; labels: Label; groups: MenuGroup[] }

export const menu = shallowRef<MenuModule[]>([]);

export async function menuLoad(): Promise<void> {
  menu.value = (await get<{ modules: MenuModule[] }>('/api/v1/menu')).modules;
}

export const menuItems = (): MenuItem[] => menu.value.flatMap(({ groups }) => groups.flatMap(({ items }) => items));
/** The records whose rows belong to one of `type`: its tabs. */
export const childrenOf = (type: string): MenuItem[] => menuItems().filter(({ parent }) => parent === type);

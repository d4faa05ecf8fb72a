import { computed } from 'vue';
import { createI18n } from 'vue-i18n';

import type { Label } from '@/schema/types';
import en from './en.json';
import zh from './zh-CN.json';

export type Language = 'zh-CN' | 'en';
const KEPT = 'wulian.language';

const kept = localStorage.getItem(KEPT) === 'en' ? 'en' : 'zh-CN';
export const i18n = createI18n({ legacy: false, locale: kept, fallbackLocale: 'zh-CN',
  messages: { 'zh-CN': zh, en } });

export const language = computed<Language>({
  get: () => i18n.global.locale.value as Language,
  set: (to) => {
    i18n.global.locale.value = to;
    localStorage.setItem(KEPT, to);
    document.documentElement.lang = to;
  },
});
export const isEnglish = computed(() => language.value === 'en');
/** A text of the schema in the language of the screen. */
export const tell = (label: Label | undefined): string => (label ? (isEnglish.value ? label.en : label.zh) : '');
export const t = i18n.global.t;

// The console's own texts: one file a part and language; texts of records come from the server.
import { computed } from 'vue';
import { createI18n } from 'vue-i18n';

import type { Label } from '@/schema/types';

export type Language = 'zh-CN' | 'en';
const KEPT = 'wulian.language';

interface Texts { [key: string]: string | Texts }
const together = (parts: Record<string, Texts>): Texts => Object.assign({}, ...Object.values(parts));
const zh = together(import.meta.glob<Texts>(['./zh-CN/*.json', '!./*/field.json'], { eager: true, import: 'default' }));
const en = together(import.meta.glob<Texts>(['./en/*.json', '!./*/field.json'], { eager: true, import: 'default' }));

const kept: Language = localStorage.getItem(KEPT) === 'en' ? 'en' : 'zh-CN';
export const i18n = createI18n({ legacy: false, locale: kept as string, fallbackLocale: 'zh-CN',
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
export const t: (key: string, values?: Record<string, unknown>) => string = i18n.global.t;

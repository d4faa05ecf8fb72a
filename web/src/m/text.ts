// The field page's own texts, in place of the console's: both languages are small enough to come along.
import { computed, ref, watchEffect } from 'vue';

import enField from '@/i18n/en/field.json';
import enForm from '@/i18n/en/form.json';
import zhField from '@/i18n/zh-CN/field.json';
import zhForm from '@/i18n/zh-CN/form.json';
import type { Label } from '@/schema/types';

export type Language = 'zh-CN' | 'en';
interface Texts { [key: string]: string | Texts }
/** The checks of a form say themselves what is wrong: their texts come along. */
const zh: Texts = { ...zhForm, ...zhField };
const en: Texts = { ...enForm, ...enField };

const KEPT = 'wulian.language';
export const language = ref<Language>(localStorage.getItem(KEPT) === 'en' ? 'en' : 'zh-CN');
watchEffect(() => {
  document.documentElement.lang = language.value;
  localStorage.setItem(KEPT, language.value);
});
export const isEnglish = computed(() => language.value === 'en');

/** The text "today.late", its {places} filled. */
export function t(key: string, values: Record<string, unknown> = {}): string {
  let at: string | Texts | undefined = isEnglish.value ? en : zh;
  for (const part of key.split('.')) at = typeof at === 'object' ? at[part] : undefined;
  return typeof at === 'string' ? at.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? '')) : key;
}

/** A text of the schema in the language of the screen. */
export const tell = (label: Label | undefined): string => (label ? (isEnglish.value ? label.en : label.zh) : '');

// What is wrong is said before anything is sent: on a bad line every question costs.
import { nextTick, ref } from 'vue';

import { faultsOf, type Faults, type Values } from '@/generic/form';
import type { Body, Rule } from '@/schema/types';
import { tell } from './text';

/** The first fault comes into sight. */
export async function faultShow(): Promise<void> {
  await nextTick();
  document.querySelector('.field.invalid, .trouble')?.scrollIntoView({ block: 'center' });
}

export function useCheck() {
  const wrong = ref<Faults>({});
  /** True when nothing speaks against sending. */
  function passes(body: Body, values: Values, rules: Rule[]): boolean {
    wrong.value = faultsOf(body, values, rules, (field) => tell(body.properties[field]?.['x-ui'].label));
    const clean = !Object.keys(wrong.value).length;
    if (!clean) void faultShow();
    return clean;
  }
  return { wrong, passes };
}

// A form's values: what is sent, and a draft in this tab that outlives a reload.
import { reactive, shallowRef, watch } from 'vue';

import { isProblem, type Problem } from '@/api/problem';
import type { Body, Rule } from '@/schema/types';

export type Values = Record<string, unknown>;

const same = (a: unknown, b: unknown) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);

/** What a body takes of the values; of a change only what differs from `before`. */
export function sent(body: Body, values: Values, before?: Values): Values {
  const out: Values = {};
  for (const name of Object.keys(body.properties)) {
    const value = values[name];
    if (before ? !same(value, before[name]) : value !== null && value !== undefined) out[name] = value ?? null;
  }
  return out;
}

const holds = (rule: Rule, values: Values) => {
  const value = values[rule.other[0]];
  if (rule.values.includes('*')) return value !== null && value !== undefined && value !== '';
  return Array.isArray(value) ? value.some((v) => rule.values.includes(String(v))) : rule.values.includes(String(value));
};
/** Whether the rules ask for the field now, or forbid it. */
export const isAsked = (rules: Rule[], f: string, values: Values) =>
  rules.some((rule) => rule.kind === 'required_if' && rule.f === f && holds(rule, values));
export const isForbidden = (rules: Rule[], f: string, values: Values) =>
  rules.some((rule) => rule.kind === 'forbidden_if' && rule.f === f && holds(rule, values));

const DRAFT = 'wulian.draft.';
/** Where a form's draft is kept: of one person alone. */
export const draftKeyOf = (account: string, type: string, id: string | null) => `${DRAFT}${account}.${type}.${id ?? 'new'}`;
/** Nothing typed stays behind for who sits down next. */
export function draftsForget(): void {
  for (const key of Object.keys(sessionStorage)) if (key.startsWith(DRAFT)) sessionStorage.removeItem(key);
}

export function useForm(draftKey: string, start: Values) {
  const values = reactive<Values>({ ...start });
  const problem = shallowRef<Problem | null>(null);
  const kept = sessionStorage.getItem(draftKey);
  const restored = shallowRef(kept !== null);
  if (kept) Object.assign(values, JSON.parse(kept));
  watch(values, () => sessionStorage.setItem(draftKey, JSON.stringify(values)), { deep: true });

  /** Runs the write; true when it went through and the draft is done with. */
  async function submit(write: () => Promise<void>): Promise<boolean> {
    problem.value = null;
    try {
      await write();
      sessionStorage.removeItem(draftKey);
      return true;
    } catch (error) {
      if (!isProblem(error)) throw error;
      problem.value = error;
      return false;
    }
  }
  function drop() {
    sessionStorage.removeItem(draftKey);
    for (const name of Object.keys(values)) delete values[name];
    Object.assign(values, start);
    restored.value = false;
  }
  return { values, problem, restored, submit, drop };
}

// A form's values: what is sent, what the rules between its fields say, and a draft in this tab that
// outlives a reload.
import { computed, reactive, shallowRef, watch } from 'vue';

import { isProblem, type Problem } from '@/api/problem';
import { t, tell } from '@/i18n';
import { faultOf, isEmpty } from '@/schema/checks';
import type { Body, Field, RecordType, Rule } from '@/schema/types';

export type Values = Record<string, unknown>;

export const same = (a: unknown, b: unknown) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);

/** What a body takes of the values; of a change only what differs from `before`. */
export function sent(body: Body, values: Values, before?: Values): Values {
  const out: Values = {};
  for (const name of Object.keys(body.properties)) {
    const value = values[name];
    if (before ? !same(value, before[name]) : value !== null && value !== undefined) out[name] = value ?? null;
  }
  return out;
}

// ---- rules between fields -----------------------------------------------------------------------

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

/** "items.points" stands for the member of each item. */
function partsOf(path: string, values: Values): number[] {
  const [list, member] = path.split('.');
  return (member ? (values[list] as Values[] | null ?? []).map((item) => item[member]) : [values[list]])
    .map((value) => Number(value ?? 0));
}
const EPSILON = 1e-6;
const BROKEN: Record<string, (rule: Rule, values: Values) => boolean> = {
  after: ({ f, other }, values) => !isEmpty(values[other[0]]) && String(values[f]) <= String(values[other[0]]),
  not_before: ({ f, other }, values) => !isEmpty(values[other[0]]) && String(values[f]) < String(values[other[0]]),
  sum_of: ({ f, other }, values) =>
    Math.abs(other.flatMap((path) => partsOf(path, values)).reduce((a, b) => a + b, 0) - Number(values[f])) > EPSILON,
};
const isBroken = (rule: Rule, values: Values) => (rule.kind === 'any_of'
  ? [rule.f, ...rule.other].every((name) => isEmpty(values[name]))
  : !isEmpty(values[rule.f]) && !!BROKEN[rule.kind]?.(rule, values));

/** The first fault within the rows of a list. */
function rowFault(field: Field, value: unknown): string | null {
  const items = field.items?.properties && Array.isArray(value) ? value as Values[] : [];
  for (let i = 0; i < items.length; i++)
    for (const [member, of] of Object.entries(field.items!.properties)) {
      const fault = faultOf(of, items[i][member], !!field.items!.required?.includes(member));
      if (fault) return t('form.in_row', { n: i + 1, f: tell(of['x-ui'].label), fault });
    }
  return null;
}

export interface Faults { [field: string]: string }

/** What can be seen to be wrong before anything is sent. Of a row that is changed only what was
 *  changed counts: it may be older than a rule. `nameOf`: a field's label. */
export function faultsOf(body: Body, values: Values, rules: Rule[], nameOf: (field: string) => string, before?: Values): Faults {
  const out: Faults = {};
  const touched = (name: string) => !before || !same(values[name], before[name]);
  for (const [name, field] of Object.entries(body.properties)) {
    const needed = !!body.required?.includes(name) || isAsked(rules, name, values);
    const forced = isAsked(rules, name, values) && isEmpty(values[name]);
    const looked = (touched(name) || forced) && !isForbidden(rules, name, values);
    const fault = looked ? faultOf(field, values[name], needed) ?? rowFault(field, values[name]) : null;
    if (fault) out[name] = fault;
  }
  for (const rule of rules)
    if (body.properties[rule.f] && !out[rule.f] && [rule.f, ...rule.other].some(touched) && isBroken(rule, values))
      out[rule.f] = t(`rule.${rule.kind}`, { f: nameOf(rule.f), other: rule.other.map(nameOf).join('、') });
  return out;
}

// ---- drafts -------------------------------------------------------------------------------------

const DRAFT = 'wulian.draft.';
/** Where a form's draft is kept: of one person alone. */
export const draftKeyOf = (account: string, type: string, id: string | null) => `${DRAFT}${account}.${type}.${id ?? 'new'}`;
/** Nothing typed stays behind for who sits down next. */
export function draftsForget(): void {
  for (const key of Object.keys(sessionStorage)) if (key.startsWith(DRAFT)) sessionStorage.removeItem(key);
}

/** The row a change began from: what others change meanwhile is seen against it. */
export interface Base { before: Values; etag: string }
interface Draft { values: Values; base: Base | null }

function draftOf(key: string): Draft | null {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? 'null') as Draft | null;
  } catch {
    return null;
  }
}

export function useForm(draftKey: string, start: Values, from: Base | null = null) {
  const kept = draftOf(draftKey);
  const base = shallowRef(kept?.base ?? from);
  const values = reactive<Values>({ ...start, ...kept?.values });
  const problem = shallowRef<Problem | null>(null);
  const restored = shallowRef(kept !== null);
  const saved = shallowRef(false);
  const dirty = computed(() => !saved.value
    && Object.keys({ ...start, ...values }).some((name) => !same(values[name], start[name])));
  watch(values, () => {
    if (dirty.value) sessionStorage.setItem(draftKey, JSON.stringify({ values, base: base.value }));
    else sessionStorage.removeItem(draftKey);
  }, { deep: true });

  /** Runs the write; true when it went through and the draft is done with. */
  async function submit(write: () => Promise<void>): Promise<boolean> {
    problem.value = null;
    try {
      await write();
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
    base.value = from;
    problem.value = null;
    restored.value = false;
  }
  /** It is saved: nothing is left to be kept. */
  function done() {
    saved.value = true;
    sessionStorage.removeItem(draftKey);
  }
  return { values, base, problem, restored, dirty, submit, drop, done };
}

/** What a new row begins with: what the caller gave, today where a day is asked for that has come. */
export function startOf(type: RecordType, given: Values, today: string, now: string): Values {
  const out: Values = {};
  for (const [name, field] of Object.entries(type.create?.properties ?? {}))
    if (type.create?.required?.includes(name) && field['x-check']?.includes('not-future'))
      out[name] = field.format === 'date' ? today : now;
  return { ...out, ...given };
}

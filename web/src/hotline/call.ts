// The call at hand: what is known of it, and a draft of it that outlives a reload. The ids and keys are made
// with the call, so that saving it again after a broken line makes nothing twice.
import { reactive, watch } from 'vue';

import { serverNow } from '@/api/client';
import { uuid7 } from '@/api/uuid';
import { draftKeyOf } from '@/generic/form';
import { domainOf, urgencyOf } from './categories';

export type Outcome = 'REQUEST' | 'ANSWERED' | 'SILENT' | 'WRONG' | 'MISSED';
export type Step = 'request' | 'call' | 'more' | 'accept' | 'returned';

/** A request that is there already; what this call adds to it is worked out once, so that a repeat adds it once. */
export interface Into { id: string; no: string; etag?: string; content?: string }

export interface Call {
  started_at: string; answered_at: string; ended_at: string;
  phone: string; caller_name: string; caller_relation: string;
  person: string; place: string;
  category: string; domain: string; urgency: string; content: string; secret: boolean;
  outcome: Outcome; note: string;
  into: Into | null;
  /** The missed call that this one answers. */
  returns: string;
  ids: { request: string; call: string };
  keys: Record<Step, string>;
  /** What has gone through already. */
  done: Partial<Record<Step, { id: string; no: string; etag: string }>>;
}

const iso = (ms: number) => new Date(ms).toISOString();
const later = (a: string, ms: number) => iso(Math.max(Date.parse(a), ms));

const fresh = (): Call => ({
  started_at: '', answered_at: '', ended_at: '', phone: '', caller_name: '', caller_relation: '01', person: '', place: '',
  category: '', domain: '', urgency: '', content: '', secret: false, outcome: 'REQUEST', note: '', into: null, returns: '',
  ids: { request: uuid7(), call: uuid7() },
  keys: { request: uuid7(), call: uuid7(), more: uuid7(), accept: uuid7(), returned: uuid7() },
  done: {},
});

export function useCall(account: string) {
  const kept = draftKeyOf(account, 'hotline', null);
  const call = reactive<Call>({ ...fresh(), ...JSON.parse(sessionStorage.getItem(kept) ?? '{}') as Partial<Call> });
  watch(call, () => {
    if (call.started_at) sessionStorage.setItem(kept, JSON.stringify(call));
    else sessionStorage.removeItem(kept);
  }, { deep: true });

  /** What is typed decides for itself; until then the category suggests. */
  watch(() => call.category, (now, before) => {
    if (!call.domain || call.domain === domainOf(before)) call.domain = domainOf(now);
    if (!call.urgency || call.urgency === urgencyOf(before)) call.urgency = urgencyOf(now);
  });

  function begin(given: Partial<Call> = {}): void {
    Object.assign(call, fresh(), given, { started_at: iso(serverNow()) });
  }
  const answer = () => { call.answered_at ||= later(call.started_at, serverNow()); };
  const end = () => { call.ended_at ||= later(call.answered_at || call.started_at, serverNow()); };
  const drop = () => { Object.assign(call, fresh()); };
  /** The bell rang so long before the receiver was taken up. */
  function rang(seconds: number): void {
    answer();
    call.started_at = iso(Date.parse(call.answered_at) - seconds * 1000);
  }
  return { call, begin, answer, end, drop, rang };
}

export function ringSeconds(call: Call, now: number): number {
  const until = call.answered_at ? Date.parse(call.answered_at) : now;
  return Math.max(0, Math.round((until - Date.parse(call.started_at)) / 1000));
}

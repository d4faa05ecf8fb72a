// Who may be behind the number, and what is known of the resident who was chosen.
import { computed, reactive, shallowRef, watch } from 'vue';

import { get, post, query } from '@/api/client';
import { isProblem } from '@/api/problem';
import { useLatest } from '@/generic/useAttempt';
import type { Page, Row } from '@/schema/types';
import type { Call } from './call';

export interface Candidate { id: string; name: string; sex?: string | null; birth_year?: number | null; div: string; phone?: string; id_number?: string }
export interface OpenRequest { id: string; no: string; category: string; urgency: string; state: string; received_at: string; person?: string | null; secret?: boolean }
interface Caller { persons: Candidate[]; requests: OpenRequest[]; calls: { id: string; started_at: string; outcome: string; operator: string }[] }

export const NUMBER = /^(1[0-9]{10}|0[0-9]{9,11}|[2-9][0-9]{6,7})$/;
const LATEST = 10;
const PINYIN = /^[a-z ]+$/i;
const ID_NUMBER = /^[0-9]{17}[0-9x]$/i;
const DIGITS = /^[0-9]+$/;

/** What somebody typed, as the search takes it: name, initials, (end of the) number of the phone, id number. */
export function wordsOf(typed: string): Record<string, string> {
  const word = typed.trim();
  if (ID_NUMBER.test(word)) return { id_number: word.toUpperCase() };
  if (DIGITS.test(word)) return { phone: word };
  return PINYIN.test(word) ? { pinyin: word } : { name: word };
}

export async function findResidents(typed: string, signal: AbortSignal): Promise<Candidate[]> {
  const { items } = await post<Page>('/api/v1/station/residents/search', wordsOf(typed), { signal });
  return items as unknown as Candidate[];
}

export interface History { requests: Row[]; calls: Row[]; visits: Row[] }

/** The newest of each; what the caller may not read is left out. */
async function latest(path: string, sort: string, person: string, signal: AbortSignal): Promise<Row[]> {
  try {
    return (await get<Page>(`${path}${query({ 'person.eq': person, sort, limit: LATEST })}`, { signal })).items;
  } catch (error) {
    if (isProblem(error) && [403, 404].includes(error.status)) return [];
    throw error;
  }
}

export function useCaller(call: Call) {
  const found = shallowRef<Caller | null>(null);
  const person = shallowRef<Candidate | null>(null);
  const history = shallowRef<History | null>(null);
  const looking = useLatest();
  const reading = useLatest();
  const problem = computed(() => looking.problem.value ?? reading.problem.value);
  const busy = reactive({ caller: looking.busy, person: reading.busy });
  let asked = '';

  /** Asked once a number is whole; the only one whose number it is, is taken for the caller. */
  async function look(): Promise<void> {
    const phone = call.phone.replace(/[\s-]/g, '');
    if (!NUMBER.test(phone) || phone === asked) return;
    asked = phone;
    await looking.ask(async (signal) => {
      found.value = await post<Caller>('/api/v1/station/calls/caller', { phone }, { signal });
      if (found.value.persons.length === 1 && !call.person) choose(found.value.persons[0]);
    });
    if (looking.problem.value) asked = '';
  }

  function choose(candidate: Candidate): void {
    person.value = candidate;
    call.person = candidate.id;
    call.place = candidate.div;
  }
  function clear(): void {
    person.value = history.value = null;
    call.person = '';
  }

  function read(id: string): Promise<void> {
    history.value = null;
    return reading.ask(async (signal) => {
      if (!id) return;
      if (person.value?.id !== id) person.value = await get<Row>(`/api/v1/station/residents/${id}`, { signal }) as unknown as Candidate;
      const [requests, calls, visits] = await Promise.all([
        latest('/api/v1/station/requests', '-received_at', id, signal), latest('/api/v1/station/calls', '-started_at', id, signal),
        latest('/api/v1/station/visits', '-visited_at', id, signal)]);
      history.value = { requests, calls, visits };
    });
  }
  watch(() => call.person, (id) => { if (!id) person.value = null; void read(id); }, { immediate: true });
  watch(() => call.phone, () => void look(), { immediate: true });
  watch(() => call.ids.call, () => { found.value = null; asked = ''; });

  return { found, person, history, problem, busy, look, choose, clear, again: () => { asked = ''; void look(); void read(call.person); } };
}

// Every write of the field page goes through here: its id, its key of repetition, its state, and what was
// typed. A page that is reloaded or a line that breaks loses none of them, so sending again never makes a
// second row. A queue for work without any line would take its entries from here.
import { computed, reactive, ref, shallowRef, watch } from 'vue';

import { call } from '@/api/client';
import { isProblem, type Problem } from '@/api/problem';
import { uuid7 } from '@/api/uuid';
import { draftKeyOf, type Values } from '@/generic/form';
import type { Row } from '@/schema/types';
import { me } from '@/state/me';
import { within } from './load';

/** unsent: nobody knows whether it arrived; refused: the server said why not. */
export type WriteState = 'open' | 'sending' | 'unsent' | 'refused' | 'done';
export interface Write { path: string; body: Values; etag?: string; /** A row of its own, under the id of this write. */ makes?: boolean }

interface Kept { id: string; key: string; values: Values; sent: string; unsure: boolean }
const WRITE_MS = 45000;

function keptAt(place: string): Kept | null {
  const text = sessionStorage.getItem(place);
  return text ? JSON.parse(text) as Kept : null;
}

export function useWrite(name: string, start: Values) {
  const place = draftKeyOf(me.value!.account.id, `m.${name}`, null);
  const old = keptAt(place);
  const intent: Kept = old ?? { id: uuid7(), key: uuid7(), values: {}, sent: '', unsure: false };
  const values = reactive<Values>({ ...start, ...intent.values });
  const state = ref<WriteState>(intent.unsure ? 'unsent' : 'open');
  const problem = shallowRef<Problem | null>(null);
  const busy = computed(() => state.value === 'sending');

  const keep = () => sessionStorage.setItem(place, JSON.stringify({ ...intent, values }));
  const forget = () => sessionStorage.removeItem(place);
  watch(values, () => { if (state.value !== 'done') keep(); }, { deep: true });

  /** Another body is another try; the same one goes out under the same key. */
  function keyFor(body: string): string {
    if (intent.sent !== body && intent.sent) intent.key = uuid7();
    intent.sent = body;
    keep();
    return intent.key;
  }

  /** An earlier try whose answer was lost may have made the row: then it is there under our id. */
  async function madeBefore(write: Write, error: unknown): Promise<Row> {
    if (!write.makes || !intent.unsure || !isProblem(error) || error.status !== 409) throw error;
    return (await call<Row>('GET', `${write.path}/${intent.id}`)).body;
  }

  async function once(write: Write): Promise<Row> {
    const body = write.makes ? { id: intent.id, ...write.body } : write.body;
    const key = keyFor(JSON.stringify(body));
    try {
      return (await within(WRITE_MS, (signal) => call<Row>('POST', write.path, { body, etag: write.etag, key, signal }))).body;
    } catch (error) {
      return await madeBefore(write, error);
    }
  }

  /** The row as it stands now; null when it is not sent: `state` and `problem` say why. A second tap does nothing. */
  async function send(write: Write): Promise<Row | null> {
    if (state.value === 'sending') return null;
    state.value = 'sending';
    problem.value = null;
    try {
      const row = await once(write);
      state.value = 'done';
      forget();
      return row;
    } catch (error) {
      if (!isProblem(error)) throw error;
      const answered = error.status >= 400 && error.status < 500;
      state.value = answered ? 'refused' : 'unsent';
      intent.unsure = intent.unsure || !answered;
      problem.value = error;
      keep();
      return null;
    }
  }

  function drop(): void {
    for (const field of Object.keys(values)) delete values[field];
    Object.assign(values, start);
    Object.assign(intent, { id: uuid7(), key: uuid7(), sent: '', unsure: false });
    state.value = 'open';
    problem.value = null;
    forget();
  }
  return { id: intent.id, values, state, problem, busy, restored: old !== null, send, drop };
}

// The columns of the board: the states of a request that somebody still has to do something about.
import { span } from '@/schema/format';
import type { RecordType, Row } from '@/schema/types';
import { t } from '@/i18n';

export interface Column { id: string; states: string[] }

/** States that wait for the same hand stand in one column; a state that is not named here gets its own. */
const TOGETHER: Column[] = [
  { id: 'new', states: ['new'] },
  { id: 'accepted', states: ['accepted', 'returned'] },
  { id: 'assigned', states: ['assigned'] },
  { id: 'in_progress', states: ['in_progress', 'transferred', 'waiting'] },
  { id: 'done', states: ['done'] },
  { id: 'callback', states: ['callback'] },
];

export function columnsOf(type: RecordType): Column[] {
  const open = type.states.filter((state) => !type.locked.includes(state));
  const named = new Set(TOGETHER.flatMap(({ states }) => states));
  return [...TOGETHER.map(({ id, states }) => ({ id, states: states.filter((state) => open.includes(state)) })),
    ...open.filter((state) => !named.has(state)).map((state) => ({ id: state, states: [state] }))]
    .filter(({ states }) => states.length);
}

export interface Clock { due: string | null; stands: boolean }

/** The limit that runs for a row now, the earliest of several; or that its clock stands. */
export function clockOf(type: RecordType, row: Row): Clock {
  const state = String(row.state);
  const running = type.limits.filter(({ ended, due }) => !ended.includes(state) && row[due]);
  const dues = running.filter(({ held }) => !held.includes(state)).map(({ due }) => String(row[due])).sort();
  return { due: dues[0] ?? null, stands: !dues.length && running.length > 0 };
}

export type Tone = 'bad' | 'first' | 'going' | 'done';
const SOON_MS = 60 * 60 * 1000;

/** How long is left, in words, and the tone that goes with them. */
export function leftOf(clock: Clock, now: number): { text: string; tone: Tone } | null {
  if (clock.stands) return { text: t('dispatch.stands'), tone: 'going' };
  if (!clock.due) return null;
  const ms = Date.parse(clock.due) - now;
  const { days, hours, minutes, past } = span(ms);
  const text = days ? t('span.days', { d: days, h: hours }) : hours ? t('span.hours', { h: hours, m: minutes })
    : t('span.minutes', { m: minutes });
  if (past) return { text: t('span.late', { span: text }), tone: 'bad' };
  return ms < SOON_MS ? { text: t('dispatch.soon', { span: text }), tone: 'first' }
    : { text: t('span.left', { span: text }), tone: 'done' };
}

// What an action will do, said before it is done.
import { isEnglish, t, tell } from '@/i18n';
import { codeText } from '@/schema/format';
import { dictOf } from '@/schema/store';
import type { Action, RecordType, Row } from '@/schema/types';
import { toneOf } from './tone';

/** The actions open now, the one that carries the work on first. */
export function openActions(type: RecordType, row: Row): Action[] {
  const all = (row._actions ?? []).map((id) => type.actions.find((action) => action.id === id))
    .filter((action): action is Action => !!action);
  return [...all.filter((action) => !isEnd(action)), ...all.filter(isEnd)];
}
/** Ends the work without its having been done. */
export const isEnd = ({ to }: Action): boolean => toneOf(to) === 'bad';

const nameOf = (type: RecordType, state: string) => codeText(dictOf(`${type.type}.state`), state, isEnglish.value);

/** From which state to which, and what becomes of the limits. */
export function effectsOf(type: RecordType, row: Row, action: Action): string[] {
  const from = String(row.state);
  const out = from === action.to ? [] : [t('action.moves', { from: nameOf(type, from), to: nameOf(type, action.to) })];
  for (const { due, held, ended } of type.limits) {
    if (!row[due] || ended.includes(from)) continue;
    const word = ended.includes(action.to) ? 'action.limit_ends' : held.includes(action.to) && !held.includes(from) ? 'action.limit_stops'
      : held.includes(from) && !held.includes(action.to) ? 'action.limit_runs' : '';
    if (word) out.push(t(word, { what: tell(type.schema.properties[due]?.['x-ui'].label) }));
  }
  return out;
}

// Which columns a list has, and which it shows before anybody has chosen: what names the row, where it
// stands, then the others in the order of the description, as many as fit.
import type { RecordType } from '@/schema/types';

const FIT = 9;
const HEAD = ['div', 'org', 'created_at', 'created_by', 'updated_at', 'updated_by'];
const LAST = ['plugin_ref', 'escalated_level', 'escalated_at', 'work_done_at', 'core_task', 'platform', 'dims', 'service', 'links', 'reach'];

/** Those of the record, then those of every record. */
export const columnsOf = (type: RecordType): string[] =>
  [...type.ui.list.columns, ...HEAD].filter((name) => type.schema.properties[name]);

export function columnsAtFirst(type: RecordType): string[] {
  const { columns } = type.ui.list;
  const named = type.title.filter((name) => columns.includes(name));
  const state = columns.includes('state') ? ['state'] : [];
  const others = columns.filter((name) => !named.includes(name) && name !== 'state');
  const early = others.filter((name) => !LAST.includes(name));
  const late = others.filter((name) => LAST.includes(name));
  return [...named, ...state, ...early, ...late].slice(0, FIT);
}

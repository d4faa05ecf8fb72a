// The facts of a row in the order people look for them: the sections of its form, what its life has
// brought, how it was registered.
import { isEmpty } from '@/schema/checks';
import { t } from '@/i18n';
import type { Field, Label, RecordType, Row } from '@/schema/types';

export interface Part { key: string; label: Label | string; full: [string, Field][]; empty: [string, Field][] }

const KEPT = ['div', 'org', 'created_at', 'created_by', 'updated_at', 'updated_by'];
const NEVER = ['id', 'version', 'deleted_at'];

/** Parts that have a field the caller sees; the empty fields of each apart. */
export function partsOf(type: RecordType, row: Row): Part[] {
  const { properties } = type.schema;
  const seen = Object.keys(properties).filter((name) => !NEVER.includes(name) && !name.startsWith('_') && name in row);
  const sections = type.ui.form.sections;
  const placed = new Set(sections.flatMap(({ fields }) => fields));
  const given = [
    ...sections.map(({ label, fields }, i) => ({ key: `form${i}`, label, names: fields.filter((name) => seen.includes(name) && !KEPT.includes(name)) })),
    { key: 'life', label: t('detail.life'), names: seen.filter((name) => !placed.has(name) && !KEPT.includes(name)) },
    { key: 'kept', label: t('detail.kept'), names: KEPT.filter((name) => seen.includes(name)) },
  ];
  return given.map(({ key, label, names }) => {
    const all = names.map((name): [string, Field] => [name, properties[name]]);
    return { key, label, full: all.filter(([name]) => !isEmpty(row[name])), empty: all.filter(([name]) => isEmpty(row[name])) };
  }).filter(({ full, empty }) => full.length + empty.length);
}

const WIDE = ['textarea', 'list'];
export const isWide = (field: Field) => WIDE.includes(field['x-ui'].widget);

// Everything about one resident: what belongs to them by record, what of it is open, what came last.
import { computed } from 'vue';

import { get, query } from '@/api/client';
import { useAsk } from '@/generic/useAsk';
import { tell } from '@/i18n';
import type { Label } from '@/schema/types';
import { menu } from '@/state/menu';

export interface Kin { id: string; title: string; state: string | null; state_label: string | null; at: string }
export interface Related {
  type: string; labels: Label; path: string; field: string; field_labels: Label;
  /** Whether a row that names this one may be made. */
  create: boolean;
  count: number; more: boolean; latest: Kin | null; newest: Kin[];
}
export interface Due {
  record: string; label: string; limit: string; limit_label: string; id: string; title: string;
  state_label: string; due: string; overdue: boolean; staff: string | null;
}
export interface Happening extends Kin { type: string; label: string }
export interface Group { name: string; label: string; items: Related[] }

const SHOWN = 12;

/** The newest across all records. Plans have times to come: they are no news. */
export function happenings(related: Related[], now = new Date().toISOString()): Happening[] {
  return related.flatMap(({ type, labels, newest }) => newest.map((row) => ({ ...row, type, label: tell(labels) })))
    .filter(({ at }) => Date.parse(at) <= Date.parse(now))
    .sort((a, b) => Date.parse(b.at) - Date.parse(a.at)).slice(0, SHOWN);
}

/** By part of the menu, in its order; what the menu lacks comes last, under no heading. */
export function grouped(related: Related[]): Group[] {
  const left = new Set(related);
  const groups = menu.value.flatMap(({ name: module, groups: parts }) => parts.map(({ name, labels, items }) => {
    const own = items.flatMap(({ type }) => related.filter((one) => one.type === type));
    own.forEach((one) => left.delete(one));
    return { name: `${module}.${name}`, label: tell(labels), items: own };
  }));
  return [...groups, { name: 'other', label: '', items: [...left] }].filter(({ items }) => items.length);
}

/** What it is called: by its field too where two fields of one record may name the same row. */
export const nameOf = (all: Related[], { type, field, labels, field_labels: by }: Related): string =>
  (all.some((one) => one.type === type && one.field !== field) ? `${tell(labels)}（${tell(by)}）` : tell(labels));

/** What can be begun for somebody: not what belongs to a row of yet another record. */
export function startable(related: Related[]): Related[] {
  const whole = new Set(menu.value.flatMap(({ groups }) => groups.flatMap(({ items }) => items))
    .filter(({ parent }) => !parent || parent === 'station.resident').map(({ type }) => type));
  return related.filter(({ create, type }) => create && whole.has(type));
}

export function usePerson(id: string) {
  const { answer, problem, run: load } = useAsk((signal) => Promise.all([
    get<{ items: Related[] }>(`/api/v1/station/residents/${id}/related`, { signal }),
    get<{ items: Due[] }>(`/api/v1/agenda${query({ person: id, limit: 50 })}`, { signal })]));
  return { related: computed(() => answer.value?.[0].items ?? []), dues: computed(() => answer.value?.[1].items ?? []), problem, load };
}

// A new row or the change of one, from its first letter to its saving: a draft that stays, likely
// duplicates told before the row is made, and what somebody else changed meanwhile laid side by side.
import { ElMessage } from 'element-plus';
import { computed, ref, shallowRef } from 'vue';
import type { LocationQuery } from 'vue-router';

import { call, get } from '@/api/client';
import { uuid7 } from '@/api/uuid';
import { draftKeyOf, same, sent, startOf, useForm, type Base, type Values } from '@/generic/form';
import { useType } from '@/generic/useType';
import { t } from '@/i18n';
import { timeOf, timeText, today } from '@/schema/format';
import type { Body, RecordType, Row } from '@/schema/types';
import { me } from '@/state/me';

/** Who works in one township or village begins there. */
function ownDiv(): string | null {
  const div = me.value?.scope_div ?? '';
  return div.endsWith('000000') ? null : div;
}

/** Of the address what the new row takes: the row it belongs to. */
function givenOf(type: RecordType, query: LocationQuery): Values {
  const out: Values = {};
  for (const name of Object.keys(type.create?.properties ?? {}))
    if (typeof query[name] === 'string') out[name] = query[name];
  return out;
}

const now = () => timeOf(timeText(new Date().toISOString()).replace(' ', 'T'));

export interface Clash { theirs: Row; etag: string }

export function useEdit(name: string, id: string | null, query: LocationQuery, saved: (id: string) => Promise<unknown>) {
  const form = shallowRef<ReturnType<typeof useForm> | null>(null);
  const busy = ref(false);
  /** Rows that may be the one that is about to be made. */
  const alike = shallowRef<Row[] | null>(null);
  const clash = shallowRef<Clash | null>(null);
  let key = uuid7(); // one intent, however often it is sent

  async function start(type: RecordType) {
    const account = me.value!.account.id;
    if (id) {
      const { body: before, etag } = await call<Row>('GET', `${type.path}/${id}`);
      form.value = useForm(draftKeyOf(account, name, id), { ...before }, { before, etag: etag ?? '' });
      return;
    }
    const given = givenOf(type, query);
    const first = startOf(type, { ...(type.person ? {} : { div: ownDiv() }), ...given }, today(), now());
    form.value = useForm(draftKeyOf(account, name, ['new', ...Object.values(given)].join('.')), first);
  }
  const { type, problem } = useType(name, start);
  const body = computed<Body | undefined>(() => (id ? type.value?.patch : type.value?.create));
  const before = computed<Values | undefined>(() => form.value?.base.value?.before);

  /** One try of the write, or only of what it would do. */
  function write(dryRun: boolean) {
    const mine = form.value!;
    const given = sent(body.value!, mine.values, before.value);
    return id
      ? call<Row>('PATCH', `${type.value!.path}/${id}`, { body: given, etag: mine.base.value!.etag, key, dryRun })
      : call<Row>('POST', type.value!.path, { body: given, key, dryRun });
  }

  async function hasAlike(): Promise<boolean> {
    const ids = (await write(true)).body._duplicates as string[] | undefined ?? [];
    const rows = await Promise.all(ids.map((other) => get<Row>(`${type.value!.path}/${other}`)));
    if (rows.length) alike.value = rows;
    return rows.length > 0;
  }

  async function readClash() {
    const { body: theirs, etag } = await call<Row>('GET', `${type.value!.path}/${id}`);
    clash.value = { theirs, etag: etag ?? '' };
  }

  /** `anyway`: the caller has seen who else it may be. */
  async function save(anyway = false) {
    const mine = form.value;
    if (!mine || busy.value) return;
    busy.value = true;
    alike.value = null;
    const went = await mine.submit(async () => {
      if (!id && !anyway && type.value!.rights.verbs.includes('duplicates_of') && await hasAlike()) return;
      const { body: row } = await write(false);
      mine.done();
      ElMessage.success(t('form.saved'));
      await saved(row.id);
    });
    if (!went) await refused();
    busy.value = false;
  }
  async function refused() {
    const mine = form.value!;
    const status = mine.problem.value?.status;
    if (status) key = uuid7(); // the mended form is another try
    if (status === 412) {
      mine.problem.value = null;
      await mine.submit(readClash);
    }
  }

  /** Goes on from what the others made of the row; `mine`: the fields that stay as they are typed. */
  function settle(kept: string[]) {
    const { theirs, etag } = clash.value!;
    const { values, base } = form.value!;
    for (const field of Object.keys(theirs))
      if (!kept.includes(field)) values[field] = theirs[field];
    base.value = { before: theirs, etag } as Base;
    clash.value = null;
    return save();
  }

  async function tryOut() {
    busy.value = true;
    if (await form.value!.submit(async () => { await write(true); })) ElMessage.success(t('form.good'));
    busy.value = false;
  }
  return { type, problem, body, before, form, busy, alike, clash, save, settle, tryOut };
}

/** The fields the caller changed, or somebody else did: what to decide about. */
export function clashFields(body: Body, before: Values, mine: Values, theirs: Values) {
  return Object.keys(body.properties).filter((name) => !same(theirs[name], before[name]))
    .map((name) => ({ name, both: !same(mine[name], before[name]) && !same(mine[name], theirs[name]) }));
}

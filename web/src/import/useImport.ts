// An import from the file to its result. The job's id stands in the address: whoever leaves and comes
// back finds it where it is.
import { computed, onBeforeUnmount, onMounted, reactive, ref, shallowRef } from 'vue';
import { useRoute, useRouter } from 'vue-router';

import { get, post, query } from '@/api/client';
import { cancel, faultsOf, follow, isEnded, type Job, type JobFault } from '@/api/jobs';
import { upload } from '@/api/upload';
import { useAttempt } from '@/generic/useAttempt';
import type { RecordType } from '@/schema/types';
import { tableOf } from './csv';

export type Mode = 'create' | 'update' | 'upsert';
type ImportJob = Job & { params: { mode: Mode; dry_run: boolean } };

export function useImport(type: RecordType) {
  const route = useRoute();
  const router = useRouter();
  const file = shallowRef<File | null>(null);
  const table = shallowRef<string[][] | null>(null);
  const mode = ref<Mode>('create');
  const share = ref(0);
  const job = shallowRef<ImportJob | null>(null);
  const faults = reactive<{ items: JobFault[]; next: number | null }>({ items: [], next: null });
  const { busy, problem, attempt, anew } = useAttempt();
  const uploaded = ref('');
  const leaving = new AbortController();
  onBeforeUnmount(() => leaving.abort());

  const dry = computed(() => job.value?.params.dry_run ?? true);
  const ended = computed(() => !!job.value && isEnded(job.value));
  const done = computed(() => ended.value && job.value!.state === 'done');
  /** 0 file, 1 upload and check, 2 mend, 3 bring in, 4 result */
  const step = computed(() => (!job.value && !busy.value ? 0 : !done.value ? (dry.value ? 1 : 3) : !dry.value ? 4 : job.value!.faults ? 2 : 3));

  async function choose(chosen: File | null) {
    file.value = chosen;
    table.value = chosen && await tableOf(chosen);
    uploaded.value = '';
    share.value = 0;
    job.value = null;
    anew();
    Object.assign(faults, { items: [], next: null });
    if (route.query.job) void router.replace({ path: route.path });
  }
  async function more() {
    const page = await faultsOf(job.value!.id, faults.next ?? 0);
    faults.items.push(...page.items);
    faults.next = page.next;
  }
  async function watchJob(id: string) {
    await follow(id, (now) => { job.value = now as ImportJob; }, () => leaving.signal.aborted);
    if (job.value?.faults && !leaving.signal.aborted) await more();
  }
  /** A dry run, or the import itself, of the file that is chosen or was tried. */
  const run = (asDry: boolean) => attempt(async () => {
    job.value = null;
    Object.assign(faults, { items: [], next: null });
    if (!uploaded.value) uploaded.value = await upload(file.value!, (given) => { share.value = given; }, leaving.signal);
    job.value = await post<ImportJob>(`${type.path}/import${query({ dry_run: asDry })}`, { file: uploaded.value, mode: mode.value });
    await router.replace({ path: route.path, query: { job: job.value.id, file: uploaded.value } });
    await watchJob(job.value.id);
  });
  const stop = () => attempt(async () => { job.value = await cancel(job.value!.id) as ImportJob; });

  onMounted(() => {
    const { job: id, file: known } = route.query;
    if (typeof id !== 'string') return;
    uploaded.value = typeof known === 'string' ? known : '';
    void attempt(async () => {
      job.value = await get<ImportJob>(`/api/v1/jobs/${id}`);
      mode.value = job.value.params.mode;
      await watchJob(id);
    });
  });
  return { file, table, mode, share, job, faults, problem, busy, uploaded, dry, ended, done, step, choose, run, stop, more: () => attempt(more) };
}
export type Import = ReturnType<typeof useImport>;

// Imports and exports under way: watched while one runs or somebody looks, and not otherwise.
import { computed, ref, shallowRef, watch } from 'vue';

import { get, post } from '@/api/client';
import { isEnded, jobHooks, type Job } from '@/api/jobs';
import { isProblem, type Problem } from '@/api/problem';
import { whenLeft } from './kept';
import { me } from './me';

const EVERY_MS = 3000;
export const jobs = shallowRef<Job[] | null>(null);
export const jobsProblem = shallowRef<Problem | null>(null);
export const jobsOpen = ref(false);
const underWay = (job: Job) => !isEnded(job) && job.state !== 'waiting';
export const running = computed(() => (jobs.value ?? []).filter(underWay).length);
/** Those that wait for a yes that is ours to give. */
export const asked = computed(() => (jobs.value ?? []).filter(({ _actions }) => _actions.includes('approve')).length);

export async function jobsLoad(): Promise<void> {
  if (!me.value) return;
  try {
    jobs.value = (await get<{ items: Job[] }>('/api/v1/jobs?limit=30')).items;
    jobsProblem.value = null;
  } catch (error) {
    if (!isProblem(error)) throw error;
    jobsProblem.value = error;
  }
}

export async function jobDo(job: Job, action: string): Promise<void> {
  try {
    await post(`/api/v1/jobs/${job.id}/${action}`);
  } finally {
    await jobsLoad();
  }
}

/** Watches until it is called. */
export function jobsWatch(): () => void {
  let timer: ReturnType<typeof setInterval> | undefined;
  const stop = watch(() => jobsOpen.value || running.value > 0, (on) => {
    clearInterval(timer);
    if (on) timer = setInterval(() => { if (!document.hidden) void jobsLoad(); }, EVERY_MS);
  });
  jobHooks.seen = (job) => {
    const known = jobs.value?.find(({ id }) => id === job.id);
    if (!known || underWay(known) !== underWay(job)) void jobsLoad();
  };
  void jobsLoad();
  return () => {
    stop();
    clearInterval(timer);
    jobHooks.seen = () => {};
  };
}

whenLeft(() => {
  jobs.value = null;
  jobsOpen.value = false;
});

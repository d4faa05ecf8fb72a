// Long work: asked for, watched until it has ended, its result fetched.
import { get, post } from './client';

export interface Job {
  id: string;
  kind: string;
  object: string;
  state: 'waiting' | 'queued' | 'running' | 'done' | 'failed' | 'cancelled';
  done: number;
  total: number | null;
  counts: Record<string, number> | null;
  faults: number;
  error: { code: string; title: string } | null;
  links: { faults?: string; result?: string };
  created_at: string;
  by: { id: string; name: string | null };
  _actions: string[];
}
/** Whoever shows all jobs hears of each that somebody follows. */
export const jobHooks = { seen: (_job: Job): void => {} };

export interface JobFault { n: number; row: number | null; field: string | null; code: string; detail: string | null }

const ENDED = ['done', 'failed', 'cancelled'];
const EVERY_MS = 700;
const wait = (ms: number) => new Promise((done) => { setTimeout(done, ms); });

export const isEnded = (job: Job) => ENDED.includes(job.state);

/** Follows a job until it has ended or `left` says that nobody looks any more. */
export async function follow(id: string, told: (job: Job) => void, left: () => boolean): Promise<Job | null> {
  for (;;) {
    const job = await get<Job>(`/api/v1/jobs/${id}`);
    told(job);
    jobHooks.seen(job);
    if (isEnded(job)) return job;
    await wait(EVERY_MS);
    if (left()) return null;
  }
}

export const faultsOf = (id: string, after = 0) =>
  get<{ items: JobFault[]; next: number | null }>(`/api/v1/jobs/${id}/faults?limit=200&after=${after}`);
export const cancel = (id: string) => post<Job>(`/api/v1/jobs/${id}/cancel`);

import type { Problem } from '@/api/problem';

/** The problem, unless each of its faults stands at one of these fields. */
export function otherThan(problem: Problem | null, fields: string[]): Problem | null {
  const all = problem?.faults ?? [];
  return all.length && all.every(({ pointer }) => fields.includes(pointer.split('/')[1])) ? null : problem;
}

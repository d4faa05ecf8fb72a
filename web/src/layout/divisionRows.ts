// The tree of divisions as the rows it shows: what is unfolded, and what a word leaves of it.
import { computed, reactive, ref, shallowReactive } from 'vue';

import { divisionsBelow, ownDivision, type Division } from '@/state/division';

export interface TreeRow { division: Division; depth: number; open: boolean }

export function useDivisionRows() {
  const below = shallowReactive(new Map<string, Division[]>());
  const open = reactive(new Set<string>());
  const word = ref('');

  async function fetchBelow(code: string) {
    if (!below.has(code)) below.set(code, await divisionsBelow(code));
  }
  async function unfold(code: string) {
    await fetchBelow(code);
    open.add(code);
  }
  /** A word is looked for everywhere, so everything is fetched, once. */
  async function fetchAll(at: Division | null = ownDivision.value) {
    if (!at?.has_children) return;
    await fetchBelow(at.code);
    await Promise.all((below.get(at.code) ?? []).map(fetchAll));
  }

  const fits = (division: Division): boolean => division.name.includes(word.value.trim())
    || (below.get(division.code) ?? []).some(fits);
  function* rowsOf(division: Division, depth: number): Generator<TreeRow> {
    const searched = word.value.trim() !== '';
    if (searched && depth && !fits(division)) return;
    const isOpen = division.has_children && below.has(division.code) && (searched || open.has(division.code));
    yield { division, depth, open: isOpen };
    if (!isOpen) return;
    const whole = searched && division.name.includes(word.value.trim());
    for (const child of below.get(division.code) ?? [])
      if (whole && !child.has_children) yield { division: child, depth: depth + 1, open: false };
      else yield* rowsOf(child, depth + 1);
  }
  const rows = computed(() => (ownDivision.value ? [...rowsOf(ownDivision.value, 0)] : []));
  return { rows, word, unfold, fold: (code: string) => open.delete(code), fetchAll };
}

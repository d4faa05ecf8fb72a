// The kinds of work of which the field page knows by name; what is not open to somebody, or is off in their
// township, is not there. Any other record is reached through "more", by its schema alone.
import { may, me } from '@/state/me';

export interface Work { to: string; icon: string; text: string; record: string }
interface Known extends Work { plugin?: string; may: string }

const WORKS: Known[] = [
  { to: '/new/station.visit', icon: 'home', text: 'field.visit', record: 'elderly.elder_profile', may: 'visit.create' },
  { to: '/errands', icon: 'bag', text: 'field.errands', record: 'elderly.errand', plugin: 'elderly', may: 'elder.deliver' },
  { to: '/meals', icon: 'meal', text: 'field.meals', record: 'elderly.meal_order', plugin: 'elderly', may: 'elder.deliver' },
  { to: '/calls', icon: 'call', text: 'field.calls', record: 'elderly.greeting_call', plugin: 'elderly', may: 'elder.create' },
];
export const works = (): Work[] => WORKS.filter((work) => may(work.may) && (!work.plugin || me.value?.plugins.includes(work.plugin)));

/** What of a form stands open, in this order; the rest is folded away. Others: what must be given, texts, photos. */
const FIRST: Record<string, string[]> = {
  'station.visit': ['person', 'kind', 'way', 'visited_at', 'result', 'risks', 'risk', 'note', 'photo', 'next_due'],
  'elderly.errand': ['person', 'kind', 'items', 'drug_name', 'drug_spec', 'drug_proof'],
};
export const firstOf = (type: string): string[] | undefined => FIRST[type];

// What a category most often is: which service's, and how urgent (domain book 3.1.4: no food and no medicine
// are of the same day). Only a suggestion; whoever takes the call decides.
const USUAL: Record<string, [domain: string, urgency: string]> = {
  MEAL: ['E', 'U2'], BUY_DRUG: ['E', 'U2'], BUY_FOOD: ['E', 'U2'], TO_HOSPITAL: ['E', 'U2'], ACCOMPANY: ['E', 'U3'],
  GREETING: ['E', 'U3'], CARE: ['E', 'U3'], STUDY: ['C', 'U3'], PSYCH: ['K', 'U3'], ASSIST_APPLY: ['A', 'U3'],
  ASSIST_URGENT: ['A', 'U2'], POLICY: ['K', 'U4'], MEDIATE: ['G', 'U3'], COMPLAINT: ['K', 'U3'], PETITION: ['G', 'U3'],
  RESOURCE: ['K', 'U3'], VOLUNTEER: ['G', 'U4'], ACTIVITY: ['G', 'U4'], REPAIR: ['G', 'U3'], CORRECT: ['K', 'U4'],
  OTHER: ['K', 'U3'],
};
export const domainOf = (category: string): string => USUAL[category]?.[0] ?? '';
export const urgencyOf = (category: string): string => USUAL[category]?.[1] ?? '';

/** Of the hundred relations of GB/T 4761 those that a caller names; the rest is in the request's own form. */
export const RELATIONS = ['01', '10', '20', '30', '40', '50', '70', '97', '99'];

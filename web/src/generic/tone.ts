// What a state means for whoever looks: done, gone wrong, just begun, under way.
export type Tone = 'done' | 'bad' | 'first' | 'going';
const TONES: [Tone, RegExp][] = [
  ['done', /^(done|closed|finished|settled|approved|effective|delivered|resolved|ended|held|paid|granted|answered)$/],
  ['bad', /^(rejected|refused|cancelled|failed|missed|disputed|overdue|withdrawn|returned|not_home|absent|void)$/],
  ['first', /^(draft|new|planned|scheduled|requested|pending|proposed|open)$/],
];
export const toneOf = (state: string): Tone => TONES.find(([, words]) => words.test(state))?.[0] ?? 'going';

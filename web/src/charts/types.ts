/** What a chart shows, and its table says: one value a label and line; null is none known. */
export interface Figures {
  title: string;
  /** Behind each number: "件", "%". */
  unit?: string;
  labels: string[];
  lines: { name: string; values: (number | null)[] }[];
}

/** share: bars across, the largest first, each with its part of the whole; of the first line. */
export type Kind = 'bar' | 'stacked' | 'line' | 'share';

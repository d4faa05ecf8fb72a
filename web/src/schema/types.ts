// GET /api/v1/schema as the server writes it (core/record/schema.h): one caller's view of each record.

export interface Label { zh: string; en: string }

export type Widget =
  | 'text' | 'textarea' | 'name' | 'integer' | 'money' | 'switch' | 'date' | 'datetime' | 'clock'
  | 'select' | 'multiselect' | 'reference' | 'staff' | 'org' | 'division' | 'id_number' | 'phone' | 'card'
  | 'serial' | 'decimal' | 'uscc' | 'file' | 'list' | 'state' | 'id';

export interface FieldUi {
  label: Label;
  widget: Widget;
  dict?: string;
  ref?: { type: string; path?: string };
  kinds?: string[];
  max_bytes?: number;
  scale?: number;
  min?: string;
  max?: string;
  class?: number;
  shown?: 'masked' | 'hidden';
  unique?: boolean;
  fixed?: boolean;
}

export interface Field {
  type: string | string[];
  format?: string;
  enum?: (string | null)[];
  items?: Body & { enum?: string[] };
  pattern?: string;
  minLength?: number; maxLength?: number;
  minimum?: number; maximum?: number;
  minItems?: number; maxItems?: number;
  readOnly?: boolean;
  'x-check'?: string[];
  'x-ui': FieldUi;
}

export interface Body {
  type: 'object';
  required?: string[];
  properties: Record<string, Field>;
}

export interface Action {
  id: string;
  labels: Label;
  from: string[];
  to: string;
  confirm?: Label;
  input?: Body;
  only?: string;
  never?: string[];
}

export interface Rule {
  kind: 'required_if' | 'forbidden_if' | 'after' | 'not_before' | 'sum_of' | 'any_of';
  f: string;
  other: string[];
  values: string[];
}

export interface RecordType {
  type: string;
  plugin: string;
  labels: Label;
  path: string;
  title: string[];
  person: string | null;
  origin: string | null;
  rights: { verbs: string[]; masked: boolean; fields: Record<string, 'masked' | 'hidden'> };
  /** What the caller may have shown for a reason, and the dict of reasons. */
  reveal?: { fields: string[]; dict: string };
  schema: Body;
  create?: Body;
  patch?: Body;
  states: string[];
  locked: string[];
  actions: Action[];
  limits: { due: string; held: string[]; ended: string[] }[];
  rules: Rule[];
  ui: {
    list: { columns: string[]; sort: string | null; sorts: string[]; filters: { f: string; ops: string[] }[]; search: string[] };
    form: { sections: { label: Label; fields: string[] }[] };
    import?: { key: string[] };
    /** What GET …/counts?by= takes: "state", "township", "month:visited_at". */
    counts?: string[];
  };
}

export interface DictRow { v: string; zh: string; en: string; from?: string; to?: string }
export type Dicts = Record<string, DictRow[]>;

export interface Row {
  id: string;
  version: number;
  div: string;
  org: string;
  created_at: string;
  created_by: string;
  updated_at: string;
  updated_by: string;
  _actions?: string[];
  _overdue?: string[];
  [field: string]: unknown;
}

export interface Page { items: Row[]; next: string | null; count?: number }

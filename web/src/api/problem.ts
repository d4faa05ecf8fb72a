/** One fault of the body or the query; `pointer` is a JSON pointer, or "?name" of a parameter. */
export interface Fault { pointer: string; code: string; detail: string }

/** RFC 9457, as the server answers every refusal; status 0: no answer came. */
export interface ProblemBody {
  title: string;
  status: number;
  code: string;
  detail?: string;
  request_id?: string;
  errors?: Fault[];
}

export class Problem extends Error {
  constructor(readonly body: ProblemBody, readonly retryAfter = 0) {
    super(body.detail ?? body.title);
    this.name = 'Problem';
  }
  get status(): number { return this.body.status; }
  get code(): string { return this.body.code; }
  get faults(): Fault[] { return this.body.errors ?? []; }
  /** The faults of one field: "/phone", "/items/0/name" for "items". */
  of(field: string): Fault[] {
    return this.faults.filter(({ pointer }) => pointer === `/${field}` || pointer.startsWith(`/${field}/`));
  }
}

export const isProblem = (error: unknown): error is Problem => error instanceof Problem;

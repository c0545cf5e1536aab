// A response that was not a success.

/** The fields of a problem document (RFC 9457) that are used here. */
export interface Problem {
  type?: string;
  title?: string;
  detail?: string;
  /** What is wrong with which field of the request. */
  errors?: { field: string; detail: string }[];
}

export class HttpFailure extends Error {
  readonly status: number;
  readonly problem: Problem | undefined;
  /** Seconds to wait, from Retry-After. */
  readonly retryAfter: number | undefined;

  constructor(status: number, problem?: Problem, retryAfter?: number) {
    super(`the server answered ${status}`);
    this.status = status;
    this.problem = problem;
    this.retryAfter = retryAfter;
  }

  static async of(response: Response): Promise<HttpFailure> {
    const isProblem = (response.headers.get('Content-Type') ?? '').includes('application/problem+json');
    const problem: unknown = isProblem ? await response.json().catch(() => undefined) : undefined;
    const known = typeof problem === 'object' && problem !== null ? (problem as Problem) : undefined;
    return new HttpFailure(response.status, known, retryAfterOf(response.headers.get('Retry-After')));
  }
}

/** Parses Retry-After: a number of seconds or a date. */
export function retryAfterOf(header: string | null, now = Date.now()): number | undefined {
  if (header === null || header.trim() === '') return undefined;
  if (/^\d+$/.test(header.trim())) return Number(header);
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, Math.ceil((date - now) / 1000));
}

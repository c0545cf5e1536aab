// A small client for JSON APIs: authorized, with a time limit, and with errors that never contain a credential.

export class ApiError extends Error {
  readonly status: number;
  /** The provider's own code, if it gave one. */
  readonly code: number | undefined;
  constructor(status: number, message: string, code?: number) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** There was no answer at all. */
export class Unreachable extends Error {}

export interface Answer<Body> {
  status: number;
  body: Body;
  headers: Headers;
}

export interface Rest {
  get<Body>(path: string): Promise<Body>;
  send<Body>(method: string, path: string, body?: unknown, type?: string): Promise<Body>;
  /** Also refusals are answers; throws only if nothing answers. */
  ask<Body>(method: string, path: string, body?: unknown, type?: string): Promise<Answer<Body>>;
}

const timeoutMs = 20_000;

interface Refusal {
  errors?: { code?: number; message?: string }[] | string[];
  error?: { messages?: string[] };
}

function reasonOf(status: number, body: unknown): { message: string; code?: number } {
  const { errors, error } = (body ?? {}) as Refusal;
  const first = errors?.[0];
  if (typeof first === 'object') return { message: first.message ?? `status ${status}`, code: first.code };
  return { message: error?.messages?.join('; ') ?? first ?? `status ${status}` };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `name` is how messages call the provider. */
export function rest(name: string, base: string, authorization: string): Rest {
  async function ask<Body>(
    method: string,
    path: string,
    body?: unknown,
    type = 'application/json',
  ): Promise<Answer<Body>> {
    const headers = { authorization, ...(body === undefined ? {} : { 'content-type': type }) };
    const content = body === undefined ? undefined : JSON.stringify(body);
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      const response = await fetch(base + path, { method, headers, body: content, signal });
      return {
        status: response.status,
        body: parsed(await response.text()) as Body,
        headers: response.headers,
      };
    } catch {
      throw new Unreachable(`${name} does not answer at ${new URL(base).host}`);
    }
  }

  async function send<Body>(method: string, path: string, body?: unknown, type?: string): Promise<Body> {
    const answer = await ask<Body>(method, path, body, type);
    if (answer.status < 300) return answer.body;
    const { message, code } = reasonOf(answer.status, answer.body);
    throw new ApiError(
      answer.status,
      `${name} answers ${answer.status} to ${method} ${path}: ${message}`,
      code,
    );
  }

  return { ask, send, get: (path) => send('GET', path) };
}

/** The result of a call, or undefined if the thing does not exist. */
export async function found<Result>(call: Promise<Result>): Promise<Result | undefined> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  }
}

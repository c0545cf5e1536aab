// A client for the control endpoints of a running stand-in.

export class ControlError extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

async function call(base: string, method: string, path: string, body?: unknown): Promise<unknown> {
  const response = await fetch(new URL(`/_sandbox/${path}`, base), {
    method,
    headers: { 'content-type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await response.text();
  const answer: unknown = text === '' ? undefined : JSON.parse(text);
  if (!response.ok) throw new ControlError(response.status, (answer as { error: string }).error);
  return answer;
}

export interface Control {
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body?: unknown): Promise<T>;
  put<T>(path: string, body?: unknown): Promise<T>;
  remove(path: string): Promise<void>;
}

export function control(base: string): Control {
  return {
    get: <T>(path: string) => call(base, 'GET', path) as Promise<T>,
    post: <T>(path: string, body: unknown = {}) => call(base, 'POST', path, body) as Promise<T>,
    put: <T>(path: string, body: unknown = {}) => call(base, 'PUT', path, body) as Promise<T>,
    remove: async (path: string) => void (await call(base, 'DELETE', path)),
  };
}

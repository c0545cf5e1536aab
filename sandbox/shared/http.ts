// The HTTP server of both stand-ins: a route table, a guard in front of the provider's API, faults on demand, and a
// call log. It is independent of the providers.

import { createServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CallLog } from './call-log.ts';
import type { CallFault, Faults } from './faults.ts';

export interface Call {
  method: string;
  path: string;
  query: URLSearchParams;
  params: Record<string, string>;
  headers: IncomingHttpHeaders;
  /** As text. */
  readonly body: string;
  bytes: Buffer;
}

/** A string or Buffer body is sent unchanged; anything else is sent as JSON. */
export interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: unknown;
}

export type Handler = (call: Call) => Answer | Promise<Answer>;

/** `'POST /things/:id'` → handler. */
export type Routes = Record<string, Handler>;

/** Thrown by a handler that refuses a call; the answer is sent unchanged. */
export class Refusal extends Error {
  readonly answer: Answer;
  constructor(answer: Answer) {
    super(`refused with ${answer.status}`);
    this.answer = answer;
  }
}

export interface Service {
  /** The provider's API: guarded, subject to faults, logged. */
  api: Routes;
  /** The provider's public endpoints: not guarded, subject to faults, logged. */
  open: Routes;
  /** Endpoints for tests: not guarded, no faults, not logged. */
  control: Routes;
  /** Throws a Refusal if the call is not allowed. */
  guard(call: Call): void;
  /** Headers on every response of the provider's API. */
  headers(): Record<string, string>;
  noRoute(call: Call): Answer;
  faults: Faults;
  calls: CallLog;
}

export interface Listener {
  url: string;
  close(): Promise<void>;
}

interface Route {
  method: string;
  pattern: RegExp;
  handler: Handler;
}

function compile(routes: Routes): Route[] {
  return Object.entries(routes).map(([key, handler]) => {
    const [method = '', path = ''] = key.split(' ');
    return { method, pattern: new RegExp(`^${path.replace(/:(\w+)/g, '(?<$1>[^/]+)')}$`), handler };
  });
}

function find(routes: Route[], call: Call): Handler | undefined {
  for (const { method, pattern, handler } of routes) {
    const isHead = call.method === 'HEAD' && method === 'GET';
    const match = method === call.method || isHead ? pattern.exec(call.path) : null;
    if (match) {
      call.params = { ...match.groups };
      return handler;
    }
  }
  return undefined;
}

async function read(request: IncomingMessage): Promise<Call> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const url = new URL(request.url ?? '/', 'http://sandbox');
  const bytes = Buffer.concat(chunks);
  return {
    method: request.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    params: {},
    headers: request.headers,
    bytes,
    get body(): string {
      return bytes.toString('utf8');
    },
  };
}

function send(response: ServerResponse, answer: Answer): void {
  const { status, headers = {}, body } = answer;
  if (body === undefined) {
    response.writeHead(status, headers).end();
    return;
  }
  const raw = typeof body === 'string' || Buffer.isBuffer(body);
  const type = raw ? 'text/plain; charset=utf-8' : 'application/json; charset=utf-8';
  const content = Buffer.isBuffer(body) ? body : raw ? String(body) : JSON.stringify(body);
  const length = String(Buffer.byteLength(content));
  // To a HEAD, node sends the headers alone.
  response.writeHead(status, { 'content-type': type, 'content-length': length, ...headers }).end(content);
}

/** Runs the handler. A Refusal becomes an answer; any other error is a bug in the stand-in. */
async function attempt(work: () => Answer | Promise<Answer>): Promise<Answer> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Refusal) return error.answer;
    console.error(error);
    return { status: 500, body: 'The sandbox failed; see its standard error.' };
  }
}

function garbled(answer: Answer, fault: CallFault): Answer {
  const whole = JSON.stringify(answer.body ?? {});
  const body = fault.body ?? whole.slice(0, Math.ceil(whole.length / 2));
  return { status: fault.status ?? 200, headers: { 'content-type': 'application/json' }, body };
}

/** Runs the call with the fault applied; null means that the connection is cut. */
async function underFault(fault: CallFault | undefined, work: () => Promise<Answer>): Promise<Answer | null> {
  const failed = (): Answer => ({ status: fault?.status ?? 500, headers: fault?.headers, body: fault?.body });
  switch (fault?.kind) {
    case 'drop-before':
      return null;
    case 'status':
      return failed();
    case 'drop-after':
      await work();
      return null;
    case 'status-after':
      await work();
      return failed();
    case 'garbage':
      return garbled(await work(), fault);
    case 'delay':
      await sleep(fault.ms);
      return work();
    default:
      return work();
  }
}

export async function listen(service: Service, port: number): Promise<Listener> {
  const tables = {
    api: compile(service.api),
    open: compile(service.open),
    control: compile(service.control),
  };

  async function provider(call: Call): Promise<Answer | null> {
    const open = find(tables.open, call);
    const guarded = (): Answer | Promise<Answer> => {
      service.guard(call);
      return (find(tables.api, call) ?? service.noRoute)(call);
    };
    const answer = await underFault(service.faults.forCall(call), () =>
      attempt(open ? () => open(call) : guarded),
    );
    return answer && !open ? { ...answer, headers: { ...service.headers(), ...answer.headers } } : answer;
  }

  async function control(call: Call): Promise<Answer> {
    const handler = find(tables.control, call);
    const unknown = {
      status: 404,
      body: { error: `There is no control endpoint ${call.method} ${call.path}.` },
    };
    return handler ? attempt(() => handler(call)) : unknown;
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const entry = service.calls.begin();
    const call = await read(request);
    if (call.path.startsWith('/_sandbox/')) return send(response, await control(call));
    service.calls.describe(entry, call);
    const answer = await provider(call);
    service.calls.end(entry, answer?.status ?? null);
    if (answer) send(response, answer);
    else request.socket.destroy();
  }

  const server = createServer((request, response) => {
    // A client may hang up in the middle of its request; that is not the stand-in's bug.
    serve(request, response).catch(() => request.socket.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, close: () => stop(server) };
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

// Pages in a stream's room, as a browser opens them, and what a refused page would see.

import { request } from 'node:http';
import { expectDescribed } from '../conformance.ts';
import type { StartedWorker } from '../start-worker.ts';
import type { Stream } from './client.ts';
import { planHeader } from './watched-entry.ts';
import type { Plan } from './watched-entry.ts';
import type { Playback } from './watching.ts';

export type Role = 'viewer' | 'publisher' | 'owner';

export interface Message {
  playback?: Playback;
  status?: Stream;
  stream?: Stream;
  viewers?: number;
  peakViewers?: number;
  owners?: number;
  report?: { kilobitsPerSecond: number; framesPerSecond: number };
}

export interface Entrance {
  /** Of a user or an invite; goes as a protocol. */
  token?: string;
  /** A viewer's own id. */
  viewer?: string;
  headers?: Record<string, string>;
  plan?: Plan;
}

let viewers = 0;
const newViewer = (): string => `viewer-of-a-test-${++viewers}`;

export const roomPath = (id: string, role: string, viewer = newViewer()): string =>
  `/api/streams/${id}/room?as=${role}${role === 'viewer' ? `&viewer=${viewer}` : ''}`;

const protocolsFor = (token?: string): string[] => ['whip-mux', ...(token ? [`bearer.${token}`] : [])];

const headersFor = ({ headers = {}, plan }: Entrance): Record<string, string> => ({
  ...headers,
  ...(plan && { [planHeader]: JSON.stringify(plan) }),
});

export class Page implements AsyncDisposable {
  readonly messages: Message[] = [];
  /** The close code. */
  readonly closed: Promise<number>;
  readonly #socket: WebSocket;
  #wake = (): void => undefined;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    this.closed = new Promise((resolve) => socket.addEventListener('close', ({ code }) => resolve(code)));
    socket.addEventListener('message', ({ data }) => {
      if (data !== 'pong') this.messages.push(JSON.parse(String(data)) as Message);
      this.#wake();
    });
  }

  /** Fails if the room does not let it in. */
  static async enter(worker: StartedWorker, id: string, role: Role, how: Entrance = {}): Promise<Page> {
    const url = new URL(roomPath(id, role, how.viewer), worker.url.replace(/^http/, 'ws'));
    const options = { protocols: protocolsFor(how.token), headers: headersFor(how) };
    const socket = new WebSocket(url, options as unknown as string[]);
    const page = new Page(socket);
    await new Promise((resolve, reject) => {
      socket.addEventListener('open', resolve);
      socket.addEventListener('close', ({ code }) => reject(new Error(`closed with ${code}`)));
      socket.addEventListener('error', () => reject(new Error('the room did not let the page in')));
    });
    return page;
  }

  get protocol(): string {
    return this.#socket.protocol;
  }

  /** The first message from `from` on that fits. */
  async hears(fits: (message: Message) => boolean, from = 0): Promise<Message> {
    for (;;) {
      const found = this.messages.slice(from).find(fits);
      if (found) return found;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  send(text: string): void {
    this.#socket.send(text);
  }

  async leave(): Promise<void> {
    this.#socket.close();
    await this.closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.leave();
  }
}

export interface Refusal {
  status: number;
  type: string;
  detail: string;
}

/** What the address answers to a page that it does not let in. */
export async function refusal(worker: StartedWorker, path: string, how: Entrance = {}): Promise<Refusal> {
  const headers = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
    'sec-websocket-protocol': protocolsFor(how.token).join(', '),
    ...headersFor(how),
  };
  const answer = await new Promise<Response>((resolve, reject) => {
    const asked = request(new URL(path, worker.url), { headers });
    asked.on('error', reject);
    asked.on('upgrade', (_, socket) => {
      socket.destroy();
      reject(new Error('the room let the page in'));
    });
    asked.on('response', (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => {
        const fields = Object.entries(response.headers).map(([name, value]) => [name, String(value)]);
        const init = { status: response.statusCode, headers: Object.fromEntries(fields) };
        resolve(new Response(Buffer.concat(parts), init));
      });
    });
    asked.end();
  });
  await expectDescribed({ method: 'GET', path, headers: new Headers(headers) }, answer);
  const { type = '', detail = '' } = (await answer.json()) as Partial<Refusal>;
  return { status: answer.status, type: type.split(':').at(-1) ?? '', detail };
}

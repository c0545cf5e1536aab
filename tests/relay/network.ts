// The network between a phone and whoever takes its media, which can be cut. All requests and media pass through it,
// because neither side is told the other's real candidates.

import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { atEnd } from './processes.ts';

export interface Network {
  /** The other side's address as the phone sees it. */
  url: string;
  /** Blocks all traffic in both directions. */
  cut(): void;
  mend(): void;
}

const home = '127.0.0.1';

class Datagrams {
  readonly #sockets: Socket[] = [];
  isCut = false;

  async #open(): Promise<Socket> {
    const socket = createSocket('udp4');
    this.#sockets.push(socket);
    socket.bind(0, home);
    await once(socket, 'listening');
    return socket;
  }

  /** A port that forwards to one of the other side's. */
  async portTo(other: number): Promise<number> {
    const outside = await this.#open();
    const inside = new Map<number, Promise<Socket>>(); // by the phone's port
    const open = async (phone: number): Promise<Socket> => {
      const socket = await this.#open();
      return socket.on('message', (bytes) => void (this.isCut || outside.send(bytes, phone, home)));
    };
    outside.on('message', (bytes, { port }) => {
      if (this.isCut) return;
      if (!inside.has(port)) inside.set(port, open(port));
      void inside.get(port)?.then((socket) => socket.send(bytes, other, home));
    });
    return outside.address().port;
  }

  close(): void {
    for (const each of this.#sockets) each.close();
  }
}

const candidate = /a=candidate:.*\r\n/g;

const isSession = (type: string | null | undefined): boolean =>
  /^application\/(sdp|trickle-ice-sdpfrag)/.test(type ?? '');

/** `port`: where the phone finds it; any free one if 0. */
export async function startNetwork(to: string, port = 0): Promise<Network> {
  const datagrams = new Datagrams();

  /** The UDP candidates, with their ports replaced by forwarding ones. */
  async function throughHere(answer: string): Promise<string> {
    const lines = (answer.match(candidate) ?? []).map(async (line) => {
      const [, before = '', port = '', after = ''] =
        /^(a=candidate:\S+ \d UDP \d+ \S+ )(\d+)( .*\r\n)$/i.exec(line) ?? [];
      return port && `${before}${await datagrams.portTo(Number(port))}${after}`;
    });
    const ours = await Promise.all(lines);
    return answer.replace(candidate, () => ours.shift() ?? '');
  }

  async function pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    const { host: _host, 'content-length': _length, connection: _connection, ...headers } = request.headers;
    const sent = isSession(headers['content-type']) ? body.toString().replace(candidate, '') : body;
    const answer = await fetch(new URL(request.url ?? '', to), {
      method: request.method ?? 'GET',
      headers: headers as Record<string, string>,
      ...(body.length > 0 && { body: sent }),
    });
    const told = Buffer.from(await answer.arrayBuffer());
    const type = answer.headers.get('content-type');
    const passed = isSession(type) ? await throughHere(told.toString()) : told;
    if (datagrams.isCut) return void response.destroy();
    const kept = [...answer.headers].filter(([name]) => !/^(content-length|content-encoding|connection|date)$/.test(name));
    response.writeHead(answer.status, Object.fromEntries(kept)).end(passed);
  }

  const server = createServer((request, response) => {
    if (datagrams.isCut) response.destroy();
    else pass(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(port, home, resolve));
  atEnd(async () => {
    datagrams.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return {
    url: `http://${home}:${(server.address() as AddressInfo).port}`,
    cut: () => void (datagrams.isCut = true),
    mend: () => void (datagrams.isCut = false),
  };
}

// The network between a phone and the server that takes its media, which can be cut. All requests and media pass through it,
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

interface Place {
  address: string;
  port: number;
}

class Datagrams {
  readonly #sockets: Socket[] = [];
  /** By the port of the other side, and by the phone's. */
  readonly #outside = new Map<number, Promise<Socket>>();
  readonly #inside = new Map<number, Promise<Socket>>();
  isCut = false;

  /** A socket that passes on what it gets to `to`, from the socket that stands for its sender there. */
  async #open(to: Place, standsFor: (from: Place) => Promise<Socket>): Promise<Socket> {
    const socket = createSocket('udp4');
    this.#sockets.push(socket);
    socket.on('message', (bytes, from) => {
      if (!this.isCut) void standsFor(from).then((each) => each.send(bytes, to.port, to.address));
    });
    socket.bind(0, home);
    await once(socket, 'listening');
    return socket;
  }

  /** Where the phone reaches this place of the other side. */
  outside(other: Place): Promise<Socket> {
    const socket = this.#outside.get(other.port) ?? this.#open(other, (phone) => this.inside(phone));
    this.#outside.set(other.port, socket);
    return socket;
  }

  /** Where the other side reaches this place of the phone. */
  inside(phone: Place): Promise<Socket> {
    const socket = this.#inside.get(phone.port) ?? this.#open(phone, (other) => this.outside(other));
    this.#inside.set(phone.port, socket);
    return socket;
  }

  close(): void {
    for (const each of this.#sockets) each.close();
  }
}

const candidate = /a=candidate:.*\r\n/g;

/** Replaces the places of candidates for UDP and IPv4 by forwarding ones, and leaves out all others. */
async function forwarded(text: string, standsFor: (place: Place) => Promise<Socket>): Promise<string> {
  const lines = (text.match(candidate) ?? []).map(async (line) => {
    const [, before = '', address = '', port = '', after = ''] =
      /^(a=candidate:\S+ \d UDP \d+ )([\d.]+) (\d+)( .*\r\n)$/i.exec(line) ?? [];
    if (port === '') return '';
    const socket = await standsFor({ address, port: Number(port) });
    return `${before}${home} ${socket.address().port}${after}`;
  });
  const ours = await Promise.all(lines);
  return text.replace(candidate, () => ours.shift() ?? '');
}

const isSession = (type: string | null | undefined): boolean =>
  /^application\/(sdp|trickle-ice-sdpfrag)/.test(type ?? '');

/** `port`: where the phone finds it; any free one if 0. */
export async function startNetwork(to: string, port = 0): Promise<Network> {
  const datagrams = new Datagrams();

  async function pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    const { host: _host, 'content-length': _length, connection: _connection, ...headers } = request.headers;
    const ofPhone = (phone: Place) => datagrams.inside(phone);
    const sent = isSession(headers['content-type']) ? await forwarded(body.toString(), ofPhone) : body;
    const answer = await fetch(new URL(request.url ?? '', to), {
      method: request.method ?? 'GET',
      headers: headers as Record<string, string>,
      ...(body.length > 0 && { body: sent }),
    });
    const told = Buffer.from(await answer.arrayBuffer());
    const type = answer.headers.get('content-type');
    const passed = isSession(type)
      ? await forwarded(told.toString(), (other) => datagrams.outside(other))
      : told;
    if (datagrams.isCut) return void response.destroy();
    const kept = Object.fromEntries(
      [...answer.headers].filter(
        ([name]) => !/^(content-length|content-encoding|connection|date)$/.test(name),
      ),
    );
    // The answer to a HEAD has no body, and tells the length of one.
    const length = request.method === 'HEAD' ? answer.headers.get('content-length') : passed.length;
    response.writeHead(answer.status, { ...kept, ...(length !== null && { 'content-length': length }) });
    response.end(passed);
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

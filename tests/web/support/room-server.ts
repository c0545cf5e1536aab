// Rooms as the Worker has them, over real WebSockets (RFC 6455): the present state first, then what the test tells. As
// strict as the Worker about what pages send.

import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

export type Role = 'viewer' | 'publisher' | 'owner';
const members = { viewer: 'playback', publisher: 'status', owner: 'stream' } as const;

/** A page in a room, or one that left. */
export interface Guest {
  id: string;
  role: Role;
  viewer: string | null;
  /** All subprotocols that the page offered. */
  protocols: string[];
  /** What it said. */
  heard: string[];
  /** The code with which the page or the server closed, or 1006. */
  left: number | undefined;
  /** Hears nothing any more, like one whose network has changed. */
  deaf: boolean;
}

/** The body that a role may see of a stream, or the status that refuses it. */
export type Present = (id: string, role: Role) => { status: number; body: unknown };

const frame = (opcode: number, payload: Buffer): Buffer => {
  const { length } = payload;
  const head = length < 126 ? Buffer.from([0x80 | opcode, length]) : Buffer.from([0x80 | opcode, 126, 0, 0]);
  if (length >= 126) head.writeUInt16BE(length, 2);
  return Buffer.concat([head, payload]);
};

function codeOf(payload: Buffer): number {
  return payload.length < 2 ? 1005 : payload.readUInt16BE(0);
}

/** The first frame of what a client sent, and the number of its bytes. */
function firstOf(bytes: Buffer): { opcode: number; payload: Buffer; size: number } | undefined {
  const [first = 0, second = 0] = bytes;
  const long = (second & 0x7f) === 126;
  const begin = (long ? 4 : 2) + 4;
  if (bytes.length < begin) return undefined;
  const length = long ? bytes.readUInt16BE(2) : second & 0x7f;
  if (bytes.length < begin + length) return undefined;
  const mask = bytes.subarray(begin - 4, begin);
  const payload = Buffer.from(bytes.subarray(begin, begin + length)).map(
    (byte, at) => byte ^ (mask[at % 4] ?? 0),
  );
  return { opcode: first & 0x0f, payload: Buffer.from(payload), size: begin + length };
}

/** As worker/room.js takes it. */
const report = /^\{"report":\{"kilobitsPerSecond":\d{1,9},"framesPerSecond":\d{1,9}\}\}$/;

export class RoomServer {
  /** False as without the binding: 503. */
  exists = false;
  /** Says nothing, not even to a ping. */
  mute = false;
  readonly guests: Guest[] = [];
  /** How many upgrades were refused. */
  refused = 0;
  audience = { viewers: 0, peakViewers: 0, owners: 0 };
  readonly #present: Present;
  readonly #sockets = new Map<Guest, Duplex>();

  constructor(present: Present) {
    this.#present = present;
  }

  /** Who is here. */
  get here(): Guest[] {
    return [...this.#sockets.keys()];
  }

  upgrade(request: IncomingMessage, socket: Duplex): void {
    socket.on('error', () => socket.destroy());
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://site');
    const [, id = ''] = /^\/api\/streams\/(\w+)\/room$/.exec(pathname) ?? [];
    const role = (searchParams.get('as') ?? '') as Role;
    const viewer = searchParams.get('viewer');
    const protocols = (request.headers['sec-websocket-protocol'] ?? '').split(/, */);
    const wrong =
      id === '' ||
      !(role in members) ||
      !protocols.includes('whip-mux') ||
      protocols.some((each) => each !== 'whip-mux' && !each.startsWith('bearer.')) ||
      (role === 'viewer') !== /^[\w-]{16,64}$/.test(viewer ?? '');
    const status = wrong ? 400 : this.exists ? this.#present(id, role).status : 503;
    if (status !== 200) {
      this.refused += 1;
      return void socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\n\r\n`);
    }
    const accept = createHash('sha1')
      .update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
      .digest('base64');
    const head = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade'];
    head.push(`Sec-WebSocket-Accept: ${accept}`, 'Sec-WebSocket-Protocol: whip-mux', '', '');
    socket.write(head.join('\r\n'));
    const guest: Guest = { id, role, viewer, protocols, heard: [], left: undefined, deaf: false };
    this.guests.push(guest);
    this.#sockets.set(guest, socket);
    this.#listen(guest, socket);
    this.#welcome(guest);
  }

  /** Tells everyone the present state. */
  tell(): void {
    for (const guest of this.here) this.#welcome(guest);
  }

  /** Tells publishers and owners how many watch. */
  count(viewers: number, peakViewers: number): void {
    this.audience = { ...this.audience, viewers, peakViewers };
    for (const guest of this.here) if (guest.role !== 'viewer') this.#send(guest, this.audience);
  }

  /** Tells owners how fast a publisher sends. */
  report(kilobitsPerSecond: number, framesPerSecond: number): void {
    const report = { kilobitsPerSecond, framesPerSecond };
    for (const guest of this.here) if (guest.role === 'owner') this.#send(guest, { report });
  }

  /** Closes everyone's socket; 1006 only cuts the connections. */
  close(code: number): void {
    for (const guest of this.here) this.#close(guest, code);
  }

  #welcome(guest: Guest): void {
    this.#send(guest, { [members[guest.role]]: this.#present(guest.id, guest.role).body });
    if (guest.role !== 'viewer') this.#send(guest, this.audience);
  }

  #send(guest: Guest, message: unknown): void {
    if (this.mute || guest.deaf) return;
    const text = typeof message === 'string' ? message : JSON.stringify(message);
    this.#sockets.get(guest)?.write(frame(1, Buffer.from(text)));
  }

  #close(guest: Guest, code: number): void {
    guest.left ??= code;
    const socket = this.#sockets.get(guest);
    this.#sockets.delete(guest);
    if (code === 1006) return void socket?.destroy();
    const payload = Buffer.alloc(2);
    payload.writeUInt16BE(code);
    socket?.end(frame(8, payload));
  }

  #listen(guest: Guest, socket: Duplex): void {
    let bytes = Buffer.alloc(0);
    const leave = () => this.#close(guest, 1006);
    socket.on('close', leave);
    socket.on('data', (more: Buffer) => {
      bytes = Buffer.concat([bytes, more]);
      for (let next = firstOf(bytes); next; next = firstOf(bytes)) {
        bytes = bytes.subarray(next.size);
        if (next.opcode === 8) this.#close(guest, codeOf(next.payload));
        else if (next.opcode === 1) this.#hear(guest, next.payload.toString());
      }
    });
  }

  #hear(guest: Guest, text: string): void {
    guest.heard.push(text);
    if (guest.role === 'publisher' && report.test(text)) return;
    if (text.length > 1024) this.#close(guest, 1009);
    else if (text !== 'ping') this.#close(guest, 1003);
    else this.#send(guest, 'pong');
  }
}

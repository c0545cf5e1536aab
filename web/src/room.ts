// Keeps a page up to date about one stream: by its room, a WebSocket that tells each change, or by polling with ETag
// while there is no room.

import { jwt } from './address.ts';
import { newKey } from './api.ts';
import type { Tagged } from './api.ts';
import { Poll } from './poll.ts';
import type { PollOptions } from './poll.ts';
import { keep, recall } from './storage.ts';

export interface Audience {
  viewers: number;
  /** The most of the present or last broadcast. */
  peakViewers: number;
  /** How many owners' pages look. */
  owners: number;
}

/** How fast a publisher sends. */
export interface Report {
  kilobitsPerSecond: number;
  framesPerSecond: number;
}

/** What rooms tell in addition to the state. */
export type Figures = Audience | { report: Report };

export interface RoomOptions<State> extends Pick<PollOptions, 'over' | 'wanted' | 'always'> {
  id: string;
  token: string | undefined;
  as: 'viewer' | 'publisher' | 'owner';
  /** The Worker's, if it is not the page's own. */
  origin?: string;
  /** Asks for the state by HTTP. */
  ask(etag: string | null): Promise<Tagged<State>>;
  /** The state, with each answer and message, even if nothing has changed. */
  told(state: State): void;
  /** Polls only. */
  alone?: boolean;
  /** Asks for what rooms do not tell, and resolves to whether it has changed. */
  more?(): Promise<boolean>;
  /** How many watch, or undefined if it is no longer known. */
  counted?(figures: Figures | undefined): void;
  /** `closed` if the room said that the stream is gone or that the page may no longer see it. */
  failed?(error: unknown, closed: boolean): void;
}

const members = { viewer: 'playback', publisher: 'status', owner: 'stream' };
const pinging = 30_000;
const silent = 75_000;
// The room's first message comes sooner than that and saves a request; after that the page polls.
const headStart = 2_000;
// Reads by HTTP can be a minute old.
export const settling = 75_000;
// A read by HTTP may come from a cache in front of that, which keeps an answer for a minute.
const cached = 150_000;
// Signed addresses are valid for an hour or longer.
const old = 900_000;
// All pages of a room hear the same at once, and must not ask at once.
const spread = 3_000;
// A room that lived so long works.
const lasting = 60_000;
const seldom: [number, number] = [240_000, 360_000];

/** The page's own name, so that a viewer who reloads counts once. */
let viewer: string | undefined;
function viewerId(): string {
  viewer ??= recall('tab', 'whip-mux.viewer') ?? newKey();
  keep('tab', 'whip-mux.viewer', viewer);
  return viewer;
}

/** Without tokens, which are new with each answer. */
export const gistOf = (state: unknown) => JSON.stringify(state ?? null).replace(jwt, '');

export class Room<State> {
  private readonly options: RoomOptions<State>;
  private readonly poll: Poll;
  socket: WebSocket | undefined;
  private timers: Partial<Record<'retry' | 'poll' | 'silence' | 'ping' | 'more' | 'vain', number>> = {};
  private state: State | undefined;
  private etag: string | null = null;
  private toldAt = 0;
  private messageAt = 0;
  private heardAt = 0;
  /** This socket has told the state. */
  private open = false;
  /** Attempts in a row without a room that lasted. */
  private vain = 0;
  /** The room has told something since the page opened, so it is worth coming back to. */
  private proven = false;
  private closed = false;

  constructor(options: RoomOptions<State>) {
    this.options = options;
    this.poll = new Poll({
      ...options,
      ask: () => this.ask(),
      failed: (error) => options.failed?.(error, this.closed),
      paused: true,
    });
    document.addEventListener('visibilitychange', this.look);
    addEventListener('online', this.reopen);
    this.begin();
  }

  /** Asks by HTTP, too. */
  now(): Promise<void> {
    return this.poll.now();
  }

  /** Asks again, if nobody tells what is new or the addresses may have expired. */
  async refresh(): Promise<void> {
    const expired = Date.now() - this.toldAt >= old;
    if (this.open && !expired) return;
    await new Promise((resolve) => setTimeout(resolve, spread * Math.random()));
    if (expired) this.etag = null;
    await this.poll.now();
  }

  stop(): void {
    this.poll.stop();
    this.drop();
    for (const timer of Object.values(this.timers)) clearTimeout(timer);
    document.removeEventListener('visibilitychange', this.look);
    removeEventListener('online', this.reopen);
  }

  private readonly reopen = () => {
    this.drop();
    this.begin();
  };

  // A page that comes back may have slept through its room's end.
  private readonly look = () => {
    const asleep = Date.now() - this.heardAt > silent;
    if (document.visibilityState === 'visible' && this.proven && (!this.socket || asleep)) this.reopen();
  };

  private after(name: keyof Room<State>['timers'], milliseconds: number, run: () => void): void {
    clearTimeout(this.timers[name]);
    this.timers[name] = window.setTimeout(run, milliseconds);
  }

  private begin(): void {
    clearTimeout(this.timers.retry);
    if (this.options.alone) return this.poll.resume();
    if (!navigator.onLine) return void (this.state === undefined && this.poll.now());
    this.after('poll', headStart, () => this.poll.resume());
    this.hear();
    try {
      this.socket = this.connect();
    } catch {
      // There is no WebSocket here, or the token cannot be sent with one.
      this.lost();
    }
  }

  private connect(): WebSocket {
    const { id, as, token, origin = location.origin } = this.options;
    const address = new URL(`/api/streams/${id}/room?as=${as}`, origin);
    address.protocol = address.protocol.replace('http', 'ws');
    if (as === 'viewer') address.searchParams.set('viewer', viewerId());
    const socket = new WebSocket(
      address.href,
      token === undefined ? ['whip-mux'] : ['whip-mux', `bearer.${token}`],
    );
    socket.onopen = () => this.ping();
    socket.onmessage = ({ data }) => this.read(String(data));
    socket.onclose = ({ code }) => {
      this.closed = code === 4401 || code === 4404;
      this.lost();
    };
    return socket;
  }

  private ping(): void {
    this.after('ping', pinging, () => {
      this.socket?.send('ping');
      this.ping();
    });
  }

  private hear(): void {
    this.heardAt = Date.now();
    this.after('silence', silent, () => this.lost());
  }

  private read(text: string): void {
    this.hear();
    if (text === 'pong') return;
    const message = JSON.parse(text) as Figures & Record<string, State | undefined>;
    const state = message[members[this.options.as]];
    if (state !== undefined) this.tell(state);
    else this.options.counted?.(message);
  }

  private tell(state: State): void {
    clearTimeout(this.timers.poll);
    this.poll.pause();
    this.messageAt = Date.now();
    if (!this.open) this.after('vain', lasting, () => (this.vain = 0));
    this.open = this.proven = true;
    this.closed = false;
    this.etag = null;
    this.show(state);
    const more = () => void this.options.more?.().catch(() => undefined);
    more();
    this.after('more', settling, more);
  }

  private show(state: State): void {
    this.state = state;
    this.toldAt = Date.now();
    this.options.told(state);
  }

  private drop(): void {
    const { socket } = this;
    this.socket = undefined;
    this.open = false;
    clearTimeout(this.timers.silence);
    clearTimeout(this.timers.ping);
    clearTimeout(this.timers.vain);
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
    this.options.counted?.(undefined);
  }

  private lost(): void {
    this.drop();
    clearTimeout(this.timers.poll);
    if (this.closed) {
      this.proven = false;
      this.poll.pause();
      this.after('poll', spread * Math.random(), () => void this.poll.now());
      this.after('more', cached, () => void this.poll.now());
    } else if (this.vain > 0 || !this.proven) this.poll.resume();
    this.vain += 1;
    const rarely = !this.proven && (this.closed || this.vain > 1);
    const [least, most] = rarely ? seldom : [1_000, Math.min(60_000, 5_000 * 2 ** this.vain)];
    this.after('retry', least + (most - least) * Math.random(), this.reopen);
  }

  private async ask(): Promise<boolean> {
    const { messageAt, state } = this;
    const { body, etag } = await this.options.ask(this.etag);
    let changed = false;
    // What the room has told is newer than a read that may be old.
    const older = messageAt !== this.messageAt || (this.open && Date.now() - messageAt < settling);
    if (!older) {
      this.etag = etag;
      changed = body !== undefined && gistOf(body) !== gistOf(state);
      const now = body ?? state;
      if (now !== undefined) this.show(now);
    }
    return (await this.options.more?.()) === true || changed;
  }
}

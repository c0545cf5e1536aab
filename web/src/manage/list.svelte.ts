// The owner's streams: polls the pages that are shown, looks for live streams on the others, and searches all.

import { adviceOf, statusOf } from '../api.ts';
import type { Stream, StreamStatus } from '../api-schema.ts';
import { Poll } from '../poll.ts';
import { gistOf } from '../room.ts';
import type { Advice } from '../texts/common.ts';
import type { OwnerApi } from './owner-api.ts';

// How many pages of 100 streams are read at most, for live streams and for a search.
const most = 10;
const scanning = 60_000;

/** The first of each. */
const unique = (streams: Stream[]): Stream[] =>
  streams.filter(({ id }, index) => streams.findIndex((each) => each.id === id) === index);

const isLive = ({ status }: Stream) => status === 'live';

/** When it is to start: soonest first. One that is a day late is probably not held. */
function startOf({ status, scheduledStart }: Stream): number {
  const start = status === 'ready' && scheduledStart ? Date.parse(scheduledStart) : Infinity;
  return start > Date.now() - 86_400_000 ? start : Infinity;
}

/** Live streams, then scheduled ones, then the others as they were. */
const inOrder = (streams: Stream[]): Stream[] => {
  const [live, others] = [streams.filter(isLive), streams.filter((each) => !isLive(each))];
  const planned = others.filter((each) => startOf(each) < Infinity);
  return [
    ...live,
    ...planned.sort((one, other) => startOf(one) - startOf(other)),
    ...others.filter((each) => startOf(each) === Infinity),
  ];
};

export class StreamList {
  /** Undefined before the first answer. */
  streams = $state.raw<Stream[]>();
  /** There are more pages than those shown. */
  more = $state(false);
  fault = $state.raw<Advice>();
  signedOut = $state(false);
  /** The stream that was created last. */
  fresh = $state<string>();
  text = $state('');
  status = $state<StreamStatus>();

  /** Of the pages that are shown, as of the last poll. */
  private listed: Stream[] = [];
  /** Live streams of other pages. */
  private live: Stream[] = [];
  /** All streams, once the user has searched. */
  private all = $state.raw<Stream[]>([]);
  /** How many pages of the list are shown. Each poll reads all of them. */
  private pages = 1;
  private scannedAt = 0;
  private readonly api: OwnerApi;
  private readonly poll: Poll;

  constructor(api: OwnerApi) {
    this.api = api;
    this.poll = new Poll({
      every: 10_000,
      ask: () => this.ask(),
      failed: (error) => this.failed(error),
      over: () => (this.streams ?? []).every(({ status }) => status === 'completed'),
    });
  }

  get searching(): boolean {
    return this.text.trim() !== '' || this.status !== undefined;
  }

  /**
   * What the user looks for: live streams first, then scheduled ones by their start, then the newest first. Of the pages
   * that are shown: a scheduled stream of a later page is in its place when that page is shown.
   */
  readonly shown = $derived.by(() => {
    const words = this.text.trim().toLowerCase();
    const found = unique([...(this.streams ?? []), ...(this.searching ? this.all : [])]).filter(
      ({ title, status }) =>
        title.toLowerCase().includes(words) && (this.status === undefined || status === this.status),
    );
    return inOrder(found);
  });

  stop(): void {
    this.poll.stop();
  }

  now(): Promise<void> {
    return this.poll.now();
  }

  async showMore(): Promise<void> {
    this.pages += 1;
    try {
      await this.ask();
    } catch (error) {
      this.pages -= 1;
      this.failed(error);
    }
  }

  /** Reads what is not shown, when the user begins to search. */
  async readAll(): Promise<void> {
    if (!this.more || this.all.length > 0) return;
    try {
      this.all = await this.api.listAll(most);
    } catch (error) {
      this.failed(error);
    }
  }

  created(stream: Stream): void {
    this.fresh = stream.id;
    this.streams = [stream, ...(this.streams ?? [])];
  }

  removed(id: string): void {
    this.streams = (this.streams ?? []).filter((each) => each.id !== id);
    this.all = this.all.filter((each) => each.id !== id);
  }

  private failed(error: unknown): void {
    this.signedOut = statusOf(error) === 401;
    this.fault = adviceOf(error);
  }

  private async ask(): Promise<boolean> {
    let page = await this.api.listStreams();
    this.listed = [...page.streams];
    for (let read = 1; read < this.pages && page.nextCursor !== null; ++read) {
      page = await this.api.listStreams(page.nextCursor);
      this.listed.push(...page.streams);
    }
    this.more = page.nextCursor !== null;
    await this.scan();
    const now = unique([...this.listed, ...this.live]);
    // A stream that was just created may be missing from the list.
    const made = (this.streams ?? []).filter(({ id }) => id === this.fresh);
    const before = gistOf(this.streams ?? []);
    this.streams = now.some(({ id }) => id === this.fresh) ? now : [...made, ...now];
    this.signedOut = false;
    this.fault = undefined;
    return gistOf(this.streams) !== before;
  }

  // The list is sorted by age, and what is live may be old.
  private async scan(): Promise<void> {
    if (!this.more) this.live = [];
    else if (Date.now() - this.scannedAt >= scanning) {
      this.live = await this.api.listAll(most, 'live').catch(() => this.live);
      this.scannedAt = Date.now();
    }
  }
}

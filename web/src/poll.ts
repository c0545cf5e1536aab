// Polls: often after a change, then ever more rarely; never while the page is hidden or offline, and with growing delays
// after failures.

export interface PollOptions {
  /** Asks, and resolves to whether something has changed. */
  ask(): Promise<boolean>;
  failed?(error: unknown): void;
  /** Milliseconds between polls after a change. */
  every?: number;
  /** Whether the stream is over, so that little is left to change. */
  over?(): boolean;
  /** Whether to poll at all, asked before each poll. */
  wanted?(): boolean;
  /** Whether to poll even while the page is hidden. */
  always?(): boolean;
  /** Waits for `resume`. */
  paused?: boolean;
}

const longest = 60_000;
const longestBefore = 15_000;
// Two minutes after a change, 4 seconds begin to grow; after half an hour they are a minute.
const share = 1 / 30;

export class Poll {
  private readonly options: PollOptions;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private failures = 0;
  private changedAt = Date.now();
  private answered = false;
  private asking: Promise<void> | undefined;
  private paused: boolean;
  private stopped = false;
  private readonly wake = () => {
    clearTimeout(this.timer);
    if (this.allowed()) void this.run();
  };

  constructor(options: PollOptions) {
    this.options = options;
    this.paused = options.paused ?? false;
    document.addEventListener('visibilitychange', this.wake);
    addEventListener('online', this.wake);
    addEventListener('offline', this.wake);
    if (!this.paused) void this.run();
  }

  /** Polls now, even if paused, and often for a while. */
  now(): Promise<void> {
    this.changedAt = Date.now();
    return this.run();
  }

  /** Stops for now, because the page was told by other means. */
  pause(): void {
    this.changedAt = Date.now();
    this.paused = true;
    clearTimeout(this.timer);
  }

  /** Polls now, if it was paused. */
  resume(): void {
    if (!this.paused) return;
    this.paused = false;
    this.wake();
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
    document.removeEventListener('visibilitychange', this.wake);
    removeEventListener('online', this.wake);
    removeEventListener('offline', this.wake);
  }

  private allowed(): boolean {
    const { wanted, always } = this.options;
    if (this.stopped || this.paused || !navigator.onLine || wanted?.() === false) return false;
    return document.visibilityState === 'visible' || always?.() === true;
  }

  private run(): Promise<void> {
    clearTimeout(this.timer);
    this.asking ??= this.ask().then(() => {
      this.asking = undefined;
      clearTimeout(this.timer);
      if (this.allowed()) this.timer = setTimeout(this.wake, this.delay());
    });
    return this.asking;
  }

  private async ask(): Promise<void> {
    if (this.stopped) return;
    try {
      const changed = await this.options.ask();
      // A stream that is over before the page opens changes rarely.
      if (!this.answered && this.options.over?.()) this.changedAt = 0;
      else if (changed) this.changedAt = Date.now();
      this.answered = true;
      this.failures = 0;
    } catch (error) {
      this.failures += 1;
      if (!this.stopped) this.options.failed?.(error);
    }
  }

  private delay(): number {
    const { every = 4000, over } = this.options;
    const grown = Math.max(every, (Date.now() - this.changedAt) * share);
    const usual = Math.min(grown, over?.() ? longest : longestBefore);
    return Math.min(longest, usual * 2 ** Math.min(5, this.failures));
  }
}

// Polls: often while the page is visible, rarely while it is hidden, never while offline, and with growing delays after
// failures.

export interface PollOptions {
  /** Milliseconds between polls. */
  every: number;
  /** Milliseconds between polls while the page is hidden. */
  hidden?: number;
  ask(): Promise<void>;
  failed?(error: unknown): void;
}

const longest = 60_000;

export class Poll {
  private readonly options: PollOptions;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private failures = 0;
  private asking = false;
  private stopped = false;
  private readonly onChange = () => {
    if (document.visibilityState === 'visible' && navigator.onLine) this.now();
    else this.schedule();
  };

  constructor(options: PollOptions) {
    this.options = options;
    document.addEventListener('visibilitychange', this.onChange);
    addEventListener('online', this.onChange);
    addEventListener('offline', this.onChange);
    this.now();
  }

  /** Polls now. */
  now(): void {
    clearTimeout(this.timer);
    void this.ask();
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
    document.removeEventListener('visibilitychange', this.onChange);
    removeEventListener('online', this.onChange);
    removeEventListener('offline', this.onChange);
  }

  private async ask(): Promise<void> {
    if (this.asking || this.stopped) return;
    this.asking = true;
    try {
      await this.options.ask();
      this.failures = 0;
    } catch (error) {
      this.failures += 1;
      if (!this.stopped) this.options.failed?.(error);
    }
    this.asking = false;
    this.schedule();
  }

  private schedule(): void {
    clearTimeout(this.timer);
    if (this.stopped || !navigator.onLine) return;
    const { every, hidden = 30_000 } = this.options;
    const usual = document.visibilityState === 'visible' ? every : hidden;
    this.timer = setTimeout(() => this.now(), Math.min(longest, usual * 2 ** Math.min(5, this.failures)));
  }
}

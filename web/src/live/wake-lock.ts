// Keeps the screen on. The system takes the lock away whenever the page is hidden, so that it is asked for again.

export class WakeLock {
  private wanted = false;
  private lock: WakeLockSentinel | undefined;
  private readonly again = () => void this.take();

  static get supported(): boolean {
    return 'wakeLock' in navigator;
  }

  /** Says whether the screen will stay on. */
  hold(): Promise<boolean> {
    if (!this.wanted) document.addEventListener('visibilitychange', this.again);
    this.wanted = true;
    return this.take();
  }

  async release(): Promise<void> {
    this.wanted = false;
    document.removeEventListener('visibilitychange', this.again);
    const lock = this.lock;
    this.lock = undefined;
    await lock?.release().catch(() => undefined);
  }

  private async take(): Promise<boolean> {
    if (!WakeLock.supported) return false;
    if (!this.wanted || document.visibilityState !== 'visible') return this.wanted;
    if (this.lock && !this.lock.released) return true;
    try {
      // eslint-disable-next-line compat/compat -- asked for above
      const lock = await navigator.wakeLock.request('screen');
      if (!this.wanted) await lock.release();
      this.lock = lock;
      return true;
    } catch {
      return false; // Low battery, or a setting.
    }
  }
}

// Keeps the screen on. The system drops the lock when the page is hidden, so it is requested again afterwards.

export class WakeLock {
  private wanted = false;
  private lock: WakeLockSentinel | undefined;
  private readonly again = () => void this.take();

  static get supported(): boolean {
    return 'wakeLock' in navigator;
  }

  /** Resolves to whether the screen will stay on. */
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
      // eslint-disable-next-line compat/compat -- checked above
      const lock = await navigator.wakeLock.request('screen');
      if (!this.wanted) await lock.release();
      this.lock = lock;
      return true;
    } catch {
      return false; // Low battery or a system setting.
    }
  }
}

// Plays the first of several addresses that shows a picture, and moves on when one fails: WHEP, HLS, and finally the
// provider's player. Knows nothing about pages or where addresses come from.

import type { Rung } from '../api-schema.ts';
import { Emitter } from '../webrtc/emitter.ts';
import { placeOf } from '../address.ts';
import { waysToPlay } from './hls.ts';
import type { Attached, Way } from './hls.ts';
import { WhepClient } from './whep-client.ts';

export type Playing =
  { phase: 'idle' | 'connecting' | 'exhausted' } | { phase: 'playing' | 'frame'; rung: Rung };

interface LadderEvents {
  change: Playing;
}

const firstFrame: Record<Rung['kind'], number> = {
  whep: 4_000,
  hls: 15_000,
  recording: 15_000,
  dash: 0,
  iframe: 0,
};

const refreshing = 3_000;
// A broadcast that has just begun may have no manifest yet.
const [betweenTries, patience] = [2_000, 10_000];

/** Resolves to true at the first frame; to false on timeout or failure. A browser that waits for a tap has no limit. */
function showsPicture(
  video: HTMLVideoElement,
  milliseconds: number,
  failed: Promise<unknown>,
  start: () => Promise<boolean>,
): Promise<boolean> {
  return new Promise((resolve) => {
    const finish = (shown: boolean) => {
      clearTimeout(timer);
      video.removeEventListener('loadeddata', check);
      video.removeEventListener('resize', check);
      video.removeEventListener('play', limit);
      resolve(shown);
    };
    const check = () => {
      if (video.videoWidth > 0 && video.readyState >= video.HAVE_CURRENT_DATA) finish(true);
    };
    let timer: ReturnType<typeof setTimeout> | undefined;
    const limit = () => {
      clearTimeout(timer);
      timer = setTimeout(() => finish(false), milliseconds);
    };
    limit();
    video.addEventListener('loadeddata', check);
    video.addEventListener('resize', check);
    video.addEventListener('play', limit);
    void failed.then(() => finish(false));
    // An iPhone loads no picture before it is asked to play.
    void start().then((allowed) => allowed || clearTimeout(timer));
    check();
  });
}

export class Ladder extends Emitter<LadderEvents> {
  playing: Playing = { phase: 'idle' };
  private readonly video: HTMLVideoElement;
  private readonly token: string | undefined;
  private readonly start: () => Promise<boolean>;
  private readonly refresh: () => Promise<void>;
  private rungs: Rung[] = [];
  private attached: Attached | undefined;
  private run = 0;

  /**
   * `start` plays the video and resolves to false if the browser waits for a tap. `refresh` calls `play` with new
   * addresses if these may have expired.
   */
  constructor(
    video: HTMLVideoElement,
    token: string | undefined,
    start: () => Promise<boolean>,
    refresh: () => Promise<void>,
  ) {
    super();
    this.video = video;
    this.token = token;
    this.start = start;
    this.refresh = refresh;
  }

  /**
   * A broadcast that plays goes on if it is still offered, and anything else if the addresses are the same. After all
   * have failed, they are tried again.
   */
  play(rungs: readonly Rung[]): void {
    const usable = rungs.filter(({ kind }) => kind !== 'dash');
    const same = usable.map(placeOf).join() === this.rungs.map(placeOf).join();
    this.rungs = usable;
    const { playing } = this;
    const live = playing.phase === 'playing' && playing.rung.kind !== 'recording' ? playing.rung : undefined;
    const isOffered = live && usable.some((rung) => placeOf(rung) === placeOf(live));
    if (isOffered || (same && playing.phase !== 'exhausted' && playing.phase !== 'idle')) return;
    void this.climb(++this.run);
  }

  delay(): number | undefined {
    return this.attached?.delay?.();
  }

  stop(): void {
    this.run += 1;
    this.rungs = [];
    this.detach();
    this.set({ phase: 'idle' });
  }

  private async climb(run: number, begun = Date.now()): Promise<void> {
    this.set({ phase: this.rungs.length > 0 ? 'connecting' : 'exhausted' });
    for (const rung of this.rungs) {
      this.detach();
      const mayCome = Date.now() - begun < patience && this.rungs.some(({ kind }) => kind === 'hls');
      if (rung.kind === 'iframe' && mayCome) {
        await new Promise((resolve) => setTimeout(resolve, betweenTries));
        return run === this.run ? this.climb(run, begun) : undefined;
      }
      if (rung.kind === 'iframe') return this.set({ phase: 'frame', rung });
      for (const way of this.waysToPlay(rung)) if (await this.step(run, rung, way)) return;
    }
    this.detach();
    this.set({ phase: 'exhausted' });
  }

  /** Resolves to false if the next way or rung is to be tried. */
  private async step(run: number, rung: Rung, way: Way): Promise<boolean> {
    this.detach();
    let attached: Attached;
    try {
      const attach = await way();
      if (run !== this.run) return true;
      attached = this.attached = attach();
    } catch {
      return run !== this.run;
    }
    const shown = await showsPicture(this.video, firstFrame[rung.kind], attached.failed, this.start);
    if (run !== this.run) return true;
    if (!shown) return false;
    this.set({ phase: 'playing', rung });
    void attached.failed.then(() => this.climbAgain(run));
    return true;
  }

  private async climbAgain(run: number): Promise<void> {
    if (run !== this.run) return;
    await Promise.race([this.refresh(), new Promise((resolve) => setTimeout(resolve, refreshing))]);
    if (run === this.run) void this.climb(++this.run);
  }

  private waysToPlay(rung: Rung): Way[] {
    const whep = () => this.attachWhep(rung);
    return rung.kind === 'whep' ? [() => Promise.resolve(whep)] : waysToPlay(this.video, rung);
  }

  private attachWhep(rung: Rung): Attached {
    const client = new WhepClient({ url: rung.url, token: rung.token ?? this.token });
    const failed = new Promise<void>((resolve) => {
      client.on('state', (state) => state === 'ended' && resolve());
    });
    this.video.srcObject = client.stream;
    const detach = () => {
      void client.stop();
      this.video.srcObject = null;
    };
    client.start().catch(() => undefined);
    return { failed, detach };
  }

  private detach(): void {
    this.attached?.detach();
    this.attached = undefined;
  }

  private set(playing: Playing): void {
    this.playing = playing;
    this.emit('change', playing);
  }
}

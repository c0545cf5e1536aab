// The copies of one stream on this phone: the one that is being recorded, and those that wait for their upload.

import { WakeLock } from '../live/wake-lock.ts';
import type { Camera } from '../live/camera.ts';
import type { WhipState } from '../live/whip-client.ts';
import { keep } from '../storage.ts';
import type { Copy, GaveUp } from './copy.ts';
import { mark } from './mark.ts';
import { minutesIn, recordingType } from './media.ts';
import { leastSpace, Recorder } from './recorder.ts';
import { settle } from './settle.ts';
import { freeSpace, Shelf } from './shelf.ts';
import { UploadApi } from './upload-api.ts';
import { Refusal, Uploader } from './uploader.ts';
import type { Progress } from './uploader.ts';

export type CopyState = 'recording' | 'waiting' | 'joining' | 'uploading' | 'processing' | 'safe' | 'failed';

/** Why a copy is not uploaded right now. */
export type Hold = 'live' | 'mobile-data' | 'paused';

interface Connection extends EventTarget {
  type?: string;
  saveData?: boolean;
}

const connection = (navigator as Navigator & { connection?: Connection }).connection;
const isMetered = (): boolean => connection?.type === 'cellular' || connection?.saveData === true;

// A phone that is too slow for two encoders for so long lets the broadcast have the one.
const endurance = 30_000;
// A killed browser wrote at most this much after it wrote the index.
const unindexed = 4;

/** Waits until no other page has the copy, and keeps others away from it until this page closes. */
function own(copy: Copy): Promise<void> {
  if (!('locks' in navigator)) return Promise.resolve();
  return new Promise((owned) => {
    // eslint-disable-next-line compat/compat -- checked above
    void navigator.locks.request(`${mark}.${copy.id}`, () => {
      owned();
      return new Promise(() => undefined);
    });
  });
}

/** A copy as the page shows it. */
export class KeptCopy {
  readonly copy: Copy;
  /** In how many pieces. */
  parts = $state(0);
  state = $state<CopyState>('waiting');
  progress = $state.raw<Progress>({ part: 0, secondsLeft: undefined, sent: false });
  refusal = $state.raw<Refusal>();
  paused = $state(false);
  /** The user wants the upload on mobile data, too. */
  anyNetwork = $state(false);

  constructor(copy: Copy, state: CopyState) {
    this.copy = copy;
    this.parts = copy.pieces.length;
    this.state = state;
  }

  get percent(): number {
    return Math.floor(this.progress.part * 100);
  }
}

export class PhoneCopies {
  /** Newest last. */
  list = $state.raw<KeptCopy[]>([]);
  /** The copy of this page's last broadcast. */
  current = $state.raw<KeptCopy>();
  /** Why this broadcast has no copy, or one that ends early. */
  gaveUp = $state.raw<GaveUp>();
  /** How many minutes fit, if the browser says so. */
  minutes = $state<number>();
  metered = $state(isMetered());
  live = $state(false);
  /** Another part of the page shows the copies. */
  staged = $state(0);

  private readonly stream: string;
  private readonly api: UploadApi;
  private readonly opening = Shelf.open();
  private readonly wakeLock = new WakeLock();
  private recorder: Recorder | undefined;
  private sending: { kept: KeptCopy; abort: AbortController } | undefined;
  private strainedSince: number | undefined;

  constructor(stream: string, token: string | undefined) {
    this.stream = stream;
    this.api = new UploadApi(token);
    connection?.addEventListener('change', () => {
      this.metered = isMetered();
      this.look();
    });
    void this.find().catch(() => undefined);
  }

  /** Checks before the broadcast whether it can be recorded here. */
  async prepare(): Promise<void> {
    this.gaveUp = undefined;
    try {
      if (recordingType() === undefined) return void (this.gaveUp = 'unsupported');
      await this.opening;
      const free = await freeSpace();
      if (free !== undefined) this.minutes = minutesIn(Math.max(0, free - leastSpace));
      if (this.minutes === 0) this.gaveUp = 'full';
    } catch {
      this.gaveUp = 'no-storage';
    }
  }

  /** Follows the broadcast. `wanted` if it should be recorded. */
  follow(state: WhipState, camera: Camera, wanted: boolean): void {
    this.live = ['requesting-media', 'connecting', 'streaming', 'reconnecting'].includes(state);
    if (state === 'streaming' && wanted && !this.recorder && this.gaveUp === undefined)
      void this.begin(camera);
    if (!this.live) void this.end();
    this.look();
  }

  /** The phone cannot encode as many pictures as it should. */
  strain(strained: boolean): void {
    if (!strained) this.strainedSince = undefined;
    else this.strainedSince ??= Date.now();
    if (Date.now() - (this.strainedSince ?? Infinity) > endurance) this.recorder?.giveUp('busy');
  }

  /** Why a copy is not uploaded now, or undefined if it is or will be in a moment. */
  heldBy(kept: KeptCopy): Hold | undefined {
    if (this.live) return 'live';
    if (kept.paused) return 'paused';
    return this.metered && !kept.anyNetwork ? 'mobile-data' : undefined;
  }

  pause(kept: KeptCopy): void {
    kept.paused = true;
    this.look();
  }

  /** Uploads a copy, on any network and even if it was refused before. */
  upload(kept: KeptCopy): void {
    kept.paused = false;
    kept.anyNetwork = true;
    kept.refusal = undefined;
    if (kept.state === 'failed') kept.state = 'waiting';
    this.look();
  }

  async remove(kept: KeptCopy): Promise<void> {
    kept.paused = true;
    if (this.sending?.kept === kept) this.sending.abort.abort();
    await (await this.opening).remove(kept.copy);
    this.list = this.list.filter((each) => each !== kept);
    await this.tidy();
  }

  /** The files of a copy. */
  async files({ copy }: KeptCopy): Promise<Blob[]> {
    const shelf = await this.opening;
    return Promise.all(copy.pieces.filter(({ safe }) => !safe).map((piece) => shelf.read(piece)));
  }

  private async begin(camera: Camera): Promise<void> {
    try {
      const shelf = await this.opening;
      if (this.recorder || !this.live) return;
      const recorder = new Recorder(shelf, camera, this.stream, (reason) => (this.gaveUp = reason));
      this.recorder = recorder;
      keep('device', mark, 'yes');
      await own(recorder.copy);
      if (this.recorder !== recorder) return;
      this.current = new KeptCopy(recorder.copy, 'recording');
      recorder.start();
    } catch {
      this.gaveUp = 'no-storage';
    }
  }

  private async end(): Promise<void> {
    const { recorder, current } = this;
    this.recorder = this.strainedSince = undefined;
    if (!recorder || !current) return;
    await recorder.stop();
    if (recorder.copy.pieces.length === 0) {
      this.current = undefined;
      const shelf = await this.opening;
      await shelf.remove(recorder.copy).catch(() => undefined);
      return this.tidy();
    }
    current.parts = recorder.copy.pieces.length;
    current.state = 'waiting';
    this.list = [...this.list, current];
    this.look();
  }

  /** Adds what earlier broadcasts have left, once no other page uses it. */
  private async find(): Promise<void> {
    const shelf = await this.opening;
    const copies = await shelf.copies();
    for (const found of copies) if (found.stream === this.stream) void this.adopt(found);
    await this.tidy();
  }

  private async adopt({ id }: Copy): Promise<void> {
    const isHere = () => this.current?.copy.id === id || this.recorder?.copy.id === id;
    const shelf = await this.opening;
    const listed = (await shelf.copies()).find((each) => each.id === id);
    if (!listed || isHere()) return;
    await own(listed);
    // It may have changed or gone while another page had it.
    const copy = (await shelf.copies()).find((each) => each.id === id);
    if (!copy) return;
    for (const piece of copy.pieces) {
      if (piece.safe) continue;
      const bytes = await shelf.size(piece);
      if (bytes > piece.bytes) piece.seconds += unindexed;
      piece.bytes = bytes;
      if (bytes === 0) await shelf.empty(piece);
    }
    copy.pieces = copy.pieces.filter(({ bytes }) => bytes > 0);
    if (copy.pieces.every(({ safe }) => safe)) {
      await shelf.remove(copy);
      return this.tidy();
    }
    this.list = [...this.list, new KeptCopy(copy, 'waiting')].sort(
      (one, other) => one.copy.startedAt - other.copy.startedAt,
    );
    this.look();
  }

  /** Begins, goes on with or stops an upload. */
  private look(): void {
    if (this.sending) {
      if (this.heldBy(this.sending.kept) !== undefined) this.sending.abort.abort();
      return;
    }
    const next = this.list.find((each) => each.state === 'waiting' && this.heldBy(each) === undefined);
    if (next) void this.send(next);
    else void this.wakeLock.release();
  }

  private async send(kept: KeptCopy): Promise<void> {
    const abort = new AbortController();
    this.sending = { kept, abort };
    kept.state = kept.copy.settled || kept.parts < 2 ? 'uploading' : 'joining';
    void this.wakeLock.hold();
    const tell = (progress: Progress) => {
      kept.progress = progress;
      kept.state = progress.sent ? 'processing' : 'uploading';
    };
    try {
      const shelf = await this.opening;
      await settle(shelf, kept.copy, abort.signal);
      kept.parts = kept.copy.pieces.length;
      const safe = await new Uploader(shelf, this.api, kept.copy, abort.signal, tell).run();
      kept.state = safe ? 'safe' : 'waiting';
    } catch (error) {
      kept.refusal = error instanceof Refusal ? error : new Refusal('refused');
      kept.state = 'failed';
    }
    this.sending = undefined;
    if (kept.state === 'safe') await this.tidy();
    this.look();
  }

  /** Later visits load nothing if there are no copies. */
  private async tidy(): Promise<void> {
    const left = await (await this.opening).copies();
    if (left.length === 0 && !this.recorder) keep('device', mark, undefined);
  }
}

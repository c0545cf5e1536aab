// Records what the camera sees into pieces on the phone while it is live. Publishing has precedence: whatever goes wrong
// here ends the copy and not the broadcast.

import { newKey } from '../api.ts';
import { system } from '../live/browser.ts';
import type { Camera } from '../live/camera.ts';
import type { Copy, GaveUp, Piece } from './copy.ts';
import { audioBitrate, containerOf, recordingType, survivesRotation, videoBitrate } from './media.ts';
import { isFull } from './shelf.ts';
import type { Shelf } from './shelf.ts';

// A killed browser loses at most this much, and what is being written.
const slice = 2_000;
// Storage that is so many slices behind will not catch up.
const longestQueue = 12;
// With less than that, there is no room to keep the index and to upload.
export const leastSpace = 50_000_000;

/** The recorder of one piece. */
interface Running {
  recorder: MediaRecorder;
  size: string;
  /** Resolves when everything is written. */
  finished: Promise<void>;
}

const sizeOf = (stream: MediaStream): string => {
  const { width, height } = stream.getVideoTracks()[0]?.getSettings() ?? {};
  return `${width}x${height}`;
};

export class Recorder {
  readonly copy: Copy;
  private readonly shelf: Shelf;
  private readonly camera: Camera;
  private readonly gaveUp: (reason: GaveUp) => void;
  private running: Running | undefined;
  private ending: Promise<unknown> = Promise.resolve();
  private forget: (() => void)[] = [];
  private over = false;

  /** `gaveUp` hears why nothing more is recorded. */
  constructor(shelf: Shelf, camera: Camera, stream: string, gaveUp: (reason: GaveUp) => void) {
    this.copy = { id: newKey(), stream, startedAt: Date.now(), pieces: [] };
    this.shelf = shelf;
    this.camera = camera;
    this.gaveUp = gaveUp;
  }

  start(): void {
    const { camera } = this;
    this.forget = [
      camera.on('tracks', () => this.next()),
      camera.on('interrupted', () => this.pause()),
      camera.on('restored', () => this.next()),
    ];
    this.listen(document, 'visibilitychange', () => {
      // A phone takes the camera away from a hidden page, or kills it.
      if (system() === 'desktop') return;
      if (document.visibilityState === 'hidden') this.pause();
      else if (!this.running) this.next();
    });
    this.listen(window, 'resize', () => this.look());
    this.next();
  }

  /** Resolves when everything is on the phone. */
  async stop(): Promise<void> {
    this.over = true;
    for (const forget of this.forget.splice(0)) forget();
    this.pause();
    await this.ending;
    // The storage may have become full before anything was written.
    const { copy } = this;
    for (const piece of copy.pieces)
      if (piece.bytes === 0) await this.shelf.empty(piece).catch(() => undefined);
    copy.pieces = copy.pieces.filter(({ bytes }) => bytes > 0);
  }

  /** Ends the copy before the broadcast ends. */
  giveUp(reason: GaveUp): void {
    if (this.over || this.copy.gaveUp !== undefined) return;
    this.copy.gaveUp = reason;
    void this.stop();
    void this.keep();
    this.gaveUp(reason);
  }

  private listen(target: EventTarget, event: string, listener: () => void): void {
    target.addEventListener(event, listener);
    this.forget.push(() => target.removeEventListener(event, listener));
  }

  private next(): void {
    this.pause();
    const { stream } = this.camera;
    if (this.over || !stream?.getTracks().some(({ readyState }) => readyState === 'live')) return;
    const type = recordingType();
    if (type === undefined) return this.giveUp('unsupported');
    try {
      this.running = this.record(new MediaStream(stream.getTracks()), type);
      this.ending = Promise.all([this.ending, this.running.finished]);
    } catch {
      this.giveUp('encoder');
    }
  }

  /** Ends the piece that is being recorded. */
  private pause(): void {
    const { running } = this;
    this.running = undefined;
    if (running && running.recorder.state !== 'inactive') running.recorder.stop();
  }

  // Begins a new piece where the file would not survive another size of the picture.
  private look(): void {
    const { running } = this;
    if (!running || !this.camera.stream || survivesRotation(running.recorder.mimeType)) return;
    if (sizeOf(this.camera.stream) !== running.size) this.next();
  }

  private record(stream: MediaStream, type: string): Running {
    const { width, height } = stream.getVideoTracks()[0]?.getSettings() ?? {};
    const options: MediaRecorderOptions & { videoKeyFrameIntervalDuration: number } = {
      mimeType: type,
      videoBitsPerSecond: videoBitrate(width, height),
      audioBitsPerSecond: audioBitrate,
      // Chromium writes a slice of an MP4 only at a key frame.
      videoKeyFrameIntervalDuration: slice,
    };
    const recorder = new MediaRecorder(stream, options);
    const startedAt = Date.now();
    let piece: Piece | undefined;
    let queue: Promise<unknown> = Promise.resolve();
    let queued = 0;
    const write = async (data: Blob) => {
      if (!piece) {
        const name = newKey();
        const place = await this.shelf.begin(name);
        // The recorder now says what it really makes.
        const container = containerOf(recorder.mimeType || type);
        piece = { name, place, type: container, startedAt, seconds: 0, bytes: 0, key: newKey() };
        this.copy.pieces.push(piece);
        await this.shelf.keep(this.copy);
      }
      await this.shelf.append(piece, await data.arrayBuffer());
      piece.bytes += data.size;
      piece.seconds = (Date.now() - startedAt) / 1000;
      await this.shelf.keep(this.copy);
    };
    let failed = false;
    recorder.ondataavailable = ({ data }) => {
      // The last slice may be empty.
      if (data.size === 0 || failed) return;
      if (++queued > longestQueue) this.giveUp('slow-storage');
      queue = queue
        .then(() => (failed ? undefined : write(data)))
        .catch((error: unknown) => {
          failed = true;
          this.giveUp(isFull(error) ? 'full' : 'no-storage');
        })
        .then(() => --queued);
      this.look();
    };
    recorder.onerror = () => this.giveUp('encoder');
    const finished = new Promise<void>((resolve) => {
      recorder.onstop = () => {
        // All tracks have ended, or the encoder failed.
        if (this.running?.recorder === recorder) this.running = undefined;
        void queue.then(() => (piece ? this.shelf.close(piece) : undefined)).then(resolve, resolve);
      };
    });
    recorder.start(slice);
    return { recorder, size: sizeOf(stream), finished };
  }

  private async keep(): Promise<void> {
    await this.ending;
    if (this.copy.pieces.length > 0) await this.shelf.keep(this.copy).catch(() => undefined);
  }
}

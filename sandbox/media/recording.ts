// The recording of one broadcast: segments of HLS that grow while it is live, and are all of it when it is over. A
// publisher that comes back goes on in the same recording; nothing is transcoded.

import { existsSync, mkdirSync, readFileSync, rmSync, statSync, watch } from 'node:fs';
import { join } from 'node:path';
import type { Feed, MediaMessage } from './feed.ts';
import { ffmpeg, probePicture, startFfmpeg } from './ffmpeg.ts';
import type { Picture, Running } from './ffmpeg.ts';
import { flvHeader, flvTag } from './flv.ts';
import { durationOf, parsePlaylist } from './playlist.ts';
import type { Playlist } from './playlist.ts';
import { messageType } from './rtmp-chunks.ts';

const playlistFile = 'recording.m3u8';
const segmentSeconds = 2;
/** Between the last frame before a publisher dropped out and the first after it came back. */
const seamMs = 33;

export interface Recorded {
  durationSeconds: number;
  picture: Picture;
}

/** Whether a segment's name is one that the recording has given. */
export function isSegment(file: string): boolean {
  return /^\d{5}\.ts$/.test(file);
}

function segmenter(folder: string): Running {
  const input = ['-analyzeduration', '2M', '-fpsprobesize', '0', '-f', 'flv', '-i', 'pipe:0'];
  const hls = ['-f', 'hls', '-hls_time', String(segmentSeconds), '-hls_list_size', '0'];
  const files = ['-hls_playlist_type', 'event', '-hls_segment_filename', '%05d.ts', playlistFile];
  return startFfmpeg([...input, '-map', '0', '-dn', '-c', 'copy', ...hls, ...files], { folder });
}

export class Recording {
  readonly folder: string;
  readonly #ffmpeg: Running;
  readonly #playable = Promise.withResolvers<Picture>();
  #picture: Picture | null = null;
  #probing: Promise<void> | null = null;
  #unsubscribe: (() => void) | null = null;
  /** What is added to the publisher's own times; unknown before its first message. */
  #shift: number | null = null;
  #last = 0;
  #finished: Promise<Recorded | null> | null = null;
  /** Resolves when there is something to play; never, if nothing playable comes. */
  readonly playable: Promise<Picture> = this.#playable.promise;

  constructor(folder: string) {
    this.folder = folder;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#ffmpeg = segmenter(folder);
    this.#ffmpeg.process.stdin?.write(flvHeader);
    const watcher = watch(folder, () => void this.#look());
    void this.#ffmpeg.ended.then(() => watcher.close());
  }

  /** Whether nothing more is recorded. */
  get isFinished(): boolean {
    return this.#finished !== null;
  }

  /** From now on what this publisher sends is recorded, until it goes or another one comes. */
  follow(feed: Feed): void {
    if (this.#finished) return;
    this.#unsubscribe?.();
    this.#shift = null;
    this.#unsubscribe = feed.subscribe((message) => this.#write(message));
  }

  #write(message: MediaMessage): void {
    if (message.type === messageType.data) return;
    this.#shift ??= (this.#last === 0 ? 0 : this.#last + seamMs) - message.timestamp;
    const timestamp = Math.max(0, message.timestamp + this.#shift);
    this.#last = Math.max(this.#last, timestamp);
    this.#ffmpeg.process.stdin?.write(flvTag(message, timestamp));
  }

  /** Looks whether there is something to play by now. */
  async #look(): Promise<void> {
    const [first] = this.#probing ? [] : this.playlist().segments;
    if (first) this.#probing = this.#probe(join(this.folder, first.file));
    await this.#probing;
  }

  async #probe(segment: string): Promise<void> {
    try {
      this.#picture = await probePicture(segment);
      this.#playable.resolve(this.#picture);
    } catch (error) {
      console.error(`A recording cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  get picture(): Picture | null {
    return this.#picture;
  }

  playlist(): Playlist {
    const file = join(this.folder, playlistFile);
    return existsSync(file)
      ? parsePlaylist(readFileSync(file, 'utf8'))
      : { segments: [], ended: this.isFinished };
  }

  /** Ends it; null where nothing was received that can be played. */
  finish(): Promise<Recorded | null> {
    this.#finished ??= this.#finish();
    return this.#finished;
  }

  async #finish(): Promise<Recorded | null> {
    this.#unsubscribe?.();
    this.#ffmpeg.process.stdin?.end();
    await this.#ffmpeg.ended;
    await this.#look();
    const durationSeconds = durationOf(this.playlist());
    return this.#picture && durationSeconds > 0 ? { durationSeconds, picture: this.#picture } : null;
  }

  /** The whole of a finished recording as one MP4 in its folder; made when it is first wanted. Returns its bytes. */
  async file(name: string, tracks: 'all' | 'audio'): Promise<number> {
    const target = join(this.folder, name);
    const which = tracks === 'audio' ? ['-vn'] : [];
    const asMp4 = ['-c', 'copy', '-movflags', '+faststart', '-f', 'mp4'];
    if (!existsSync(target)) await ffmpeg(['-i', playlistFile, ...which, ...asMp4, name], this.folder);
    return statSync(target).size;
  }

  /** A picture of its beginning; made when it is first wanted. Returns the file's name, null without a picture. */
  async thumbnail(): Promise<string | null> {
    const name = 'thumbnail.jpg';
    const [first] = this.playlist().segments;
    if (!first || !this.#picture?.width) return null;
    if (!existsSync(join(this.folder, name))) {
      await ffmpeg(['-i', first.file, '-frames:v', '1', '-update', '1', name], this.folder);
    }
    return name;
  }

  /** Forgets it, at once and with its files. */
  discard(): void {
    this.#finished ??= Promise.resolve(null);
    this.#unsubscribe?.();
    this.#ffmpeg.process.kill('SIGKILL');
    void this.#ffmpeg.ended.then(() => rmSync(this.folder, { recursive: true, force: true }));
  }
}

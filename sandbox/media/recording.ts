// A broadcast's recording as HLS segments, playable while it grows. A returning publisher continues the same recording.
// A publisher's media is not transcoded; a file is.

import { existsSync, mkdirSync, readFileSync, rmSync, statSync, watch } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Feed, MediaMessage } from './feed.ts';
import { ffmpeg, probePicture, startFfmpeg } from './ffmpeg.ts';
import type { Picture, Running } from './ffmpeg.ts';
import { flvHeader, flvTag } from './flv.ts';
import { durationOf, parsePlaylist } from './playlist.ts';
import type { Playlist } from './playlist.ts';
import { messageType } from './rtmp-chunks.ts';

const playlistFile = 'recording.m3u8';
export const dashManifest = 'video.mpd';
const segmentSeconds = 2;
/** The gap between the last frame before a dropout and the first one after it. */
const seamMs = 33;

export interface Recorded {
  durationSeconds: number;
  picture: Picture;
}

/** Whether a name is that of a recording's segment. */
export function isSegment(file: string): boolean {
  return /^\d{5}\.ts$/.test(file);
}

const copied = ['-map', '0', '-dn', '-c', 'copy'];
/** A file may have any codec; both providers encode it. */
const encoded = [
  ...['-map', '0:v:0?', '-map', '0:a:0?', '-c:v', 'libx264', '-preset', 'ultrafast'],
  ...['-pix_fmt', 'yuv420p', '-g', '60', '-c:a', 'aac'],
];

/** The part of a file from one time to another, in seconds. */
export interface Span {
  from: number;
  to: number;
}

function segmenter(folder: string, file?: string, span?: Span): Running {
  const flv = ['-analyzeduration', '2M', '-fpsprobesize', '0', '-f', 'flv', '-i', 'pipe:0'];
  const part = span ? ['-ss', String(span.from), '-to', String(span.to)] : [];
  const input = file === undefined ? flv : [...part, '-i', file];
  const hls = ['-f', 'hls', '-hls_time', String(segmentSeconds), '-hls_list_size', '0'];
  const files = ['-hls_playlist_type', 'event', '-hls_segment_filename', '%05d.ts', playlistFile];
  return startFfmpeg([...input, ...(file === undefined ? copied : encoded), ...hls, ...files], { folder });
}

export class Recording {
  readonly folder: string;
  readonly #ffmpeg: Running;
  readonly #playable = Promise.withResolvers<Picture>();
  #picture: Picture | null = null;
  #probing: Promise<void> | null = null;
  #unsubscribe: (() => void) | null = null;
  /** The offset to the publisher's timestamps; unknown before its first message. */
  #shift: number | null = null;
  #last = 0;
  #finished: Promise<Recorded | null> | null = null;
  #dash: Promise<void> | null = null;
  /** Resolves when something is playable; never if nothing playable arrives. */
  readonly playable: Promise<Picture> = this.#playable.promise;

  /** Of a publisher's media or, if one is given, of a file or of a part of it. */
  constructor(folder: string, file?: string, span?: Span) {
    this.folder = folder;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    // ffmpeg works in the folder.
    this.#ffmpeg = segmenter(folder, file === undefined ? undefined : resolve(file), span);
    if (file === undefined) this.#ffmpeg.process.stdin?.write(flvHeader);
    const watcher = watch(folder, () => void this.#look());
    void this.#ffmpeg.ended.then(() => watcher.close());
  }

  /** Whether recording has finished. */
  get isFinished(): boolean {
    return this.#finished !== null;
  }

  /** Records this publisher until it leaves or another one is attached. */
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

  /** Checks whether something is playable now. */
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

  /** Ends the recording; returns null if nothing playable was received. */
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

  /** Creates the MP4 of a finished recording in its folder on first use. Returns its size in bytes. */
  async file(name: string, tracks: 'all' | 'audio'): Promise<number> {
    const target = join(this.folder, name);
    const which = tracks === 'audio' ? ['-vn'] : [];
    const asMp4 = ['-c', 'copy', '-movflags', '+faststart', '-f', 'mp4'];
    if (!existsSync(target)) await ffmpeg(['-i', playlistFile, ...which, ...asMp4, name], this.folder);
    return statSync(target).size;
  }

  /** The folder with DASH of a finished recording, which is created on first use. */
  async dash(): Promise<string> {
    const folder = join(this.folder, 'dash');
    // MP4 has names of its own for the codecs of MPEG-TS.
    const asDash = ['-c', 'copy', '-tag:v', 'avc1', '-tag:a', 'mp4a', '-f', 'dash', dashManifest];
    this.#dash ??= mkdir(folder).then(() => ffmpeg(['-i', join('..', playlistFile), ...asDash], folder));
    await this.#dash;
    return folder;
  }

  /** Records a part of this finished recording into another folder. */
  async clip(folder: string, span: Span): Promise<{ recording: Recording; recorded: Recorded } | null> {
    const name = 'whole.mp4';
    await this.file(name, 'all');
    const recording = new Recording(folder, join(this.folder, name), span);
    const recorded = await recording.finish();
    return recorded && { recording, recorded };
  }

  /** Creates a thumbnail of the start on first use. Returns the file's name, or null without video. */
  thumbnail(): Promise<string | null> {
    return this.#imageOf(this.playlist().segments[0]?.file);
  }

  /** The same of the newest segment. */
  latestThumbnail(): Promise<string | null> {
    return this.#imageOf(this.playlist().segments.at(-1)?.file);
  }

  async #imageOf(segment: string | undefined): Promise<string | null> {
    if (segment === undefined || !this.#picture?.width) return null;
    const name = `${segment}.jpg`;
    if (!existsSync(join(this.folder, name)))
      await ffmpeg(['-i', segment, '-frames:v', '1', '-update', '1', name], this.folder);
    return name;
  }

  /** Deletes the recording and its files at once. */
  discard(): void {
    this.#finished ??= Promise.resolve(null);
    this.#unsubscribe?.();
    this.#ffmpeg.process.kill('SIGKILL');
    void this.#ffmpeg.ended.then(() => rmSync(this.folder, { recursive: true, force: true }));
  }
}

// Plays a stream in a video element: waits for the broadcast, plays it live, then its recording, without a reload.

import { Api, statusOf } from '../api.ts';
import type { Playback, Rung } from '../api-schema.ts';
import { Room } from '../room.ts';
import { Ladder } from '../watch/ladder.ts';
import type { Playing } from '../watch/ladder.ts';
import { startPlayback } from '../watch/start-playback.ts';
import { Emitter } from '../webrtc/emitter.ts';

export type PlayerState =
  // before the broadcast
  | 'loading'
  | 'waiting'
  // while there is something to play
  | 'connecting'
  | 'playing'
  /** The browser waits for a tap: call `start` from its listener. */
  | 'blocked'
  /** Only the provider's own player works here: show `rung.url` in an `<iframe>`. */
  | 'frame'
  /** Nothing plays here. The player goes on trying. */
  | 'unplayable'
  // after the broadcast
  | 'processing'
  | 'ended'
  // refused
  | 'private'
  | 'gone'
  | 'unreachable';

export interface PlayerStatus {
  state: PlayerState;
  /** What the API says about the stream. */
  playback: Playback | undefined;
  /** Where the picture comes from, while `playing` or `frame`. */
  rung: Rung | undefined;
}

export interface PlayerOptions {
  video: HTMLVideoElement;
  /** The stream's id. */
  stream: string;
  /** The Worker's origin, if it is not the page's own. */
  api?: string | undefined;
  /** For private streams: an invitation to watch, or a user's token. */
  token?: string | undefined;
}

interface PlayerEvents {
  status: PlayerStatus;
}

export class Player extends Emitter<PlayerEvents> {
  status: PlayerStatus = { state: 'loading', playback: undefined, rung: undefined };
  private readonly video: HTMLVideoElement;
  private readonly room: Room<Playback>;
  private readonly ladder: Ladder;
  private blocked = false;
  private readonly onPlaying = () => {
    this.blocked = false;
    this.follow(this.ladder.playing);
  };
  private retry: ReturnType<typeof setTimeout> | undefined;

  /** Begins at once. */
  constructor({ video, stream, api = location.origin, token }: PlayerOptions) {
    super();
    this.video = video;
    const client = new Api(token, api);
    this.ladder = new Ladder(
      video,
      token,
      () => this.start(),
      () => this.room.refresh(),
    );
    // By the video's own controls, too.
    video.addEventListener('playing', this.onPlaying);
    this.ladder.on('change', (playing) => {
      this.follow(playing);
      if (playing.phase === 'playing' && !this.blocked) void this.start();
    });
    this.room = new Room<Playback>({
      id: stream,
      token,
      origin: api,
      as: 'viewer',
      ask: (etag) => client.playback(stream, etag),
      told: (playback) => this.told(playback),
      failed: (error) => this.failed(error),
      over: () => this.status.playback?.status === 'completed',
    });
  }

  /** Plays with sound, or muted if the browser allows only that. Resolves to false if it waits for a tap. */
  async start(): Promise<boolean> {
    this.blocked = !(await startPlayback(this.video));
    this.follow(this.ladder.playing);
    return !this.blocked;
  }

  /** Asks and tries again now. */
  async tryAgain(): Promise<void> {
    await this.room.now();
    this.climb();
  }

  /** Ends it for good. */
  stop(): void {
    this.video.removeEventListener('playing', this.onPlaying);
    this.room.stop();
    this.rest();
  }

  private rest(): void {
    clearTimeout(this.retry);
    this.ladder.stop();
  }

  private told(playback: Playback): void {
    this.status = { ...this.status, playback };
    const { status, ladder } = playback;
    if (status === 'ready' || status === 'processing')
      return this.instead(status === 'ready' ? 'waiting' : status);
    if (ladder.length === 0) return this.instead(status === 'live' ? 'connecting' : 'ended');
    this.ladder.play(ladder);
    this.follow(this.ladder.playing);
  }

  private failed(error: unknown): void {
    const status = statusOf(error);
    if (status === 404 || status === 410) this.instead('gone');
    else if (status === 401 || status === 403) this.instead('private');
    else if (!this.status.playback) this.instead('unreachable');
  }

  /** Shows a state in which nothing plays. */
  private instead(state: PlayerState): void {
    this.rest();
    this.set(state, undefined);
  }

  private follow(playing: Playing): void {
    if (playing.phase === 'idle') return;
    clearTimeout(this.retry);
    const { playback } = this.status;
    if (playing.phase === 'exhausted') {
      this.retry = setTimeout(() => void this.tryLater(), playback?.status === 'live' ? 4_000 : 30_000);
      this.set('unplayable', undefined);
    } else if (playing.phase === 'frame') this.set('frame', playing.rung);
    else if (this.blocked) this.set('blocked', undefined);
    else if (playing.phase === 'playing') this.set('playing', playing.rung);
    else this.set('connecting', undefined);
  }

  // What failed may play later, also when there is no news.
  private async tryLater(): Promise<void> {
    const able = document.visibilityState === 'visible' && navigator.onLine;
    if (able) await this.room.refresh();
    if (able) this.climb();
    else this.follow(this.ladder.playing);
  }

  private climb(): void {
    if (this.ladder.playing.phase === 'exhausted') this.ladder.play(this.status.playback?.ladder ?? []);
  }

  private set(state: PlayerState, rung: Rung | undefined): void {
    this.status = { ...this.status, state, rung };
    this.emit('status', this.status);
  }
}

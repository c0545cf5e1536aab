// <whip-player api="https://live.example" stream="…">: waits for a broadcast, plays it live, then its recording.

import type { Advice } from '../texts/common.ts';
import { Player } from './player.ts';
import type { PlayerState, PlayerStatus } from './player.ts';
import { button, openShadow, part, reflect, say, style } from './shadow.ts';
import { texts } from './texts.ts';

const css = `${style}
  button { margin: 0 0 0.6rem 0.9rem; }
  .screen { position: relative; }
  .screen button { position: absolute; top: calc(50% - 30px); left: 50%; min-height: 60px; margin: 0;
    transform: translateX(-50%); background: rgba(14, 15, 18, 0.9); }
`;

const settings = ['api', 'stream', 'token'];

/** What to tell the viewer. While something plays, the video's own controls tell everything. */
function adviceFor(state: PlayerState): Advice | undefined {
  const { player } = texts;
  switch (state) {
    case 'waiting':
    case 'processing':
    case 'private':
    case 'gone':
    case 'unreachable':
    case 'unplayable':
      return player[state];
    case 'ended':
      return player.nothing;
    case 'loading':
    case 'connecting':
      return { title: player[state], advice: '' };
    default:
      return undefined;
  }
}

/**
 * Attributes: `stream`, `api` (the Worker's origin, if it is not the page's own), `token` (for private streams),
 * `muted`. The element sets `state` and, while something plays, `source` (`live` or `recording`). Each change of its
 * status is an event `status`, whose detail is a PlayerStatus.
 */
export class WhipPlayerElement extends HTMLElement {
  static readonly observedAttributes = settings;

  /** The `<video>`, for its volume, position and captions. */
  readonly video = part('video', 'video', { playsinline: '', controls: '' });
  player: Player | undefined;
  private readonly frame = part('iframe', 'frame', { allow: 'autoplay; fullscreen; picture-in-picture' });
  private readonly start = button('start', () => this.tapped());
  private readonly told = part('p', 'status', { role: 'status' });
  private readonly again = button('again', () => void this.player?.tryAgain());
  private beginning = false;

  constructor() {
    super();
    const screen = part('div', 'screen', { class: 'screen' });
    screen.append(this.video, this.frame, this.start);
    openShadow(this, css).append(screen, this.told, this.again);
    this.frame.allowFullscreen = true;
  }

  get status(): PlayerStatus | undefined {
    return this.player?.status;
  }

  connectedCallback(): void {
    const { player } = texts;
    this.video.setAttribute('aria-label', player.player);
    this.frame.title = player.player;
    this.start.textContent = player.start;
    this.again.textContent = player.tryAgain;
    this.begin();
  }

  disconnectedCallback(): void {
    this.end();
  }

  attributeChangedCallback(): void {
    if (this.isConnected) this.begin();
  }

  /** Starts over with the present attributes, once all of them are set. */
  private begin(): void {
    if (this.beginning) return;
    this.beginning = true;
    queueMicrotask(() => {
      this.beginning = false;
      this.end();
      const stream = this.getAttribute('stream');
      if (!this.isConnected || !stream) return;
      this.video.muted = this.hasAttribute('muted');
      this.player = new Player({
        video: this.video,
        stream,
        api: this.getAttribute('api') ?? undefined,
        token: this.getAttribute('token') ?? undefined,
      });
      this.player.on('status', (status) => this.show(status));
      this.show(this.player.status);
    });
  }

  private end(): void {
    this.player?.stop();
    this.player = undefined;
  }

  // A tap allows sound, too.
  private tapped(): void {
    this.video.muted = this.hasAttribute('muted');
    void this.player?.start();
  }

  private show(status: PlayerStatus): void {
    const { state, playback, rung } = status;
    const told = adviceFor(state);
    const framed = state === 'frame' ? rung?.url : undefined;
    reflect(this, 'state', state);
    reflect(this, 'source', rung && (playback?.status === 'live' ? 'live' : 'recording'));
    reflect(this.video, 'poster', playback?.poster ?? undefined);
    reflect(this.frame, 'src', framed);
    this.frame.hidden = framed === undefined;
    this.video.hidden = framed !== undefined;
    this.start.hidden = state !== 'blocked';
    this.again.hidden = !['private', 'gone', 'unreachable', 'unplayable'].includes(state);
    say(this.told, told ? [told.title, told.advice].filter((each) => each !== '').join('. ') : '');
    this.dispatchEvent(new CustomEvent('status', { detail: status }));
  }
}

// <whip-broadcaster endpoint="https://live.example/api/streams/…/whip" token="…">: shows the camera and broadcasts it.

import { isAndroid, system } from '../live/browser.ts';
import { Camera } from '../live/camera.ts';
import { chooseCodec } from '../live/codecs.ts';
import type { CodecChoice } from '../live/codecs.ts';
import { Fault, faultOf, isOfMicrophone } from '../live/fault.ts';
import type { Health } from '../live/health.ts';
import { WakeLock } from '../live/wake-lock.ts';
import { WhipClient } from '../live/whip-client.ts';
import type { WhipStatus } from '../live/whip-client.ts';
import type { Advice } from '../texts/common.ts';
import { clock } from '../texts/format.ts';

import { button, openShadow, part, reflect, say, style } from './shadow.ts';
import { texts } from './texts.ts';

const css = `${style}
  video.mirrored { transform: scaleX(-1); }
`;

const idle: WhipStatus = { state: 'idle', liveSince: undefined, lostSince: undefined, fault: undefined };
const over = (state: WhipStatus['state']) => state === 'idle' || state === 'stopped' || state === 'error';

const inWords = ({ title, advice }: Advice) => `${title}. ${advice}`;

/**
 * Attributes: `endpoint` (a WHIP address), `token`, and `codec` (`h264` or `vp8`, instead of what suits the device). They
 * are read when a broadcast starts. The element sets `state` and, while live, `health`. Events: `status` (the detail is a
 * WhipStatus), `health` (a Health) and `fault` (a Fault: the camera did not open).
 */
export class WhipBroadcasterElement extends HTMLElement {
  status: WhipStatus = idle;
  health: Health | undefined;
  private client: WhipClient | undefined;
  private opened: Camera | undefined;
  private quiet = false;
  private readonly wakeLock = new WakeLock();
  /** Why the camera did not open. */
  private fault: Fault | undefined;
  private opening = false;
  /** Asks whether to end the broadcast. */
  private asking = false;
  private ticking: ReturnType<typeof setInterval> | undefined;

  private readonly video = part('video', 'video', { playsinline: '', autoplay: '' });
  private readonly told = part('p', 'status', { role: 'status' });
  // Screen readers would announce every second.
  private readonly time = part('p', 'time', { 'aria-hidden': 'true' });
  private readonly alert = part('p', 'fault', { role: 'alert' });
  private readonly buttons = {
    preview: button('preview', () => void this.preview().catch(() => undefined)),
    silent: button('silent', () => void this.previewSilently()),
    resume: button('resume', () => void this.camera.reopen().catch(() => undefined)),
    start: button('start', () => void this.start()),
    stop: button('stop', () => this.ask(true)),
    yes: button('stop-yes', () => void this.stop()),
    no: button('stop-no', () => this.ask(false)),
    mute: button('mute', () => (this.muted = !this.muted)),
    flip: button('flip', () => void this.camera.flip().catch(() => undefined)),
  };

  constructor() {
    super();
    this.video.muted = true;
    const { told, time, alert, buttons } = this;
    for (const each of [buttons.preview, buttons.start, buttons.stop, buttons.yes])
      each.classList.add('main');
    openShadow(this, css).append(this.video, told, time, alert, ...Object.values(buttons));
  }

  connectedCallback(): void {
    const { broadcaster: words } = texts;
    this.video.setAttribute('aria-label', words.preview);
    const labels = {
      silent: words.goSilent,
      resume: words.interrupted.resume,
      stop: words.stop,
      yes: words.stopYes,
      no: words.stopNo,
      mute: words.mute,
      flip: words.flip,
    };
    for (const [name, label] of Object.entries(labels))
      this.buttons[name as keyof typeof labels].textContent = label;
    this.render();
  }

  // An element that only moves to another place in the page goes on.
  disconnectedCallback(): void {
    queueMicrotask(() => {
      if (this.isConnected) return;
      void this.stop();
    });
  }

  get muted(): boolean {
    return this.quiet;
  }

  set muted(muted: boolean) {
    this.quiet = muted;
    this.opened?.mute(muted);
    this.render();
  }

  /** For its devices; a new one after each broadcast. */
  get camera(): Camera {
    if (this.opened) return this.opened;
    const camera = new Camera();
    camera.mute(this.quiet);
    for (const event of ['tracks', 'interrupted', 'restored'] as const) camera.on(event, () => this.render());
    this.opened = camera;
    return camera;
  }

  /** Opens the camera and shows its picture. Throws a Fault if it does not open. */
  async preview(): Promise<void> {
    this.opening = true;
    this.fault = undefined;
    this.render();
    try {
      await this.camera.open();
    } catch (error) {
      this.fault = faultOf(error);
      this.dispatchEvent(new CustomEvent('fault', { detail: this.fault }));
      throw this.fault;
    } finally {
      this.opening = false;
      this.render();
    }
  }

  /** Goes live, and opens the camera if it is not open. Resolves when first live or after a final failure. */
  async start(): Promise<void> {
    if (!over(this.status.state)) return;
    this.fault = undefined;
    const client = new WhipClient({
      url: this.getAttribute('endpoint') ?? '',
      token: this.getAttribute('token') ?? undefined,
      media: this.camera,
      codec: this.codec,
    });
    this.client = client;
    client.on('status', (status) => this.follow(status));
    client.on('health', (health) => this.feel(health));
    void this.wakeLock.hold();
    await client.start();
  }

  /** Ends the broadcast, tells the server, and closes the camera. */
  async stop(): Promise<void> {
    const ended = this.client?.stop();
    this.client = undefined;
    this.closeCamera();
    await ended;
  }

  // Cloudflare silently drops H.264 from Android's hardware encoders.
  private get codec(): CodecChoice {
    const wanted = this.getAttribute('codec');
    if (wanted === 'h264' || wanted === 'vp8') return wanted;
    const direct = /^https:\/\/[^/]*\.cloudflarestream\.com\//.test(this.getAttribute('endpoint') ?? '');
    return direct && isAndroid() ? 'vp8' : chooseCodec();
  }

  private async previewSilently(): Promise<void> {
    this.camera.silent = true;
    await this.preview().catch(() => undefined);
  }

  private ask(asking: boolean): void {
    this.asking = asking;
    this.render();
    this.buttons[asking ? 'no' : 'stop'].focus();
  }

  private closeCamera(): void {
    this.opened?.close();
    this.opened = undefined;
    this.render();
  }

  private follow(status: WhipStatus): void {
    this.status = status;
    if (status.state !== 'streaming') this.health = undefined;
    clearInterval(this.ticking);
    if (over(status.state)) {
      this.asking = false;
      void this.wakeLock.release();
    } else this.ticking = setInterval(() => this.tick(), 500);
    if (status.state === 'stopped') this.closeCamera();
    else this.render();
    this.dispatchEvent(new CustomEvent('status', { detail: status }));
  }

  private feel(health: Health): void {
    this.health = health;
    reflect(this, 'health', health.grade);
    this.dispatchEvent(new CustomEvent('health', { detail: health }));
  }

  private tick(): void {
    const { state, liveSince } = this.status;
    const { broadcaster: words } = texts;
    const time = liveSince === undefined ? '' : clock((Date.now() - liveSince) / 1000);
    say(this.time, state === 'streaming' ? words.states.streaming(time) : '');
  }

  private get advice(): string {
    const { broadcaster: words, fault } = texts;
    const { state } = this.status;
    const reason = this.fault ?? this.status.fault;
    if (state === 'reconnecting') return inWords(words.reconnecting);
    if (reason) return inWords(fault(reason.code, system()));
    if (this.opened?.interrupted) return inWords(words.interrupted);
    return '';
  }

  private get word(): string {
    const { broadcaster: words } = texts;
    const { state } = this.status;
    if (this.opening) return words.asking;
    if (this.asking) return `${words.stopQuestion} ${words.stopAdvice}`;
    if (state === 'streaming') return words.badge;
    return state === 'reconnecting' ? words.reconnecting.title : words.states[state];
  }

  private render(): void {
    const { buttons, video, opened } = this;
    const { stream = null, facing = 'user', interrupted = false, silent = false } = opened ?? {};
    const { broadcaster: words } = texts;
    const { state } = this.status;
    const live = !over(state);
    const open = stream !== null;
    if (video.srcObject !== stream) video.srcObject = stream;
    video.classList.toggle('mirrored', facing === 'user');
    const reason = this.fault ?? this.status.fault;
    const shown: Record<keyof typeof buttons, boolean> = {
      preview: !live && !open && state !== 'stopped',
      silent: !live && reason !== undefined && isOfMicrophone(reason),
      resume: interrupted,
      start: !live && (open || state === 'stopped'),
      stop: live && !this.asking,
      yes: live && this.asking,
      no: live && this.asking,
      mute: open && !silent,
      flip: open,
    };
    for (const [name, visible] of Object.entries(shown))
      buttons[name as keyof typeof shown].hidden = !visible;
    buttons.preview.textContent = reason ? words.tryAgain : words.allow;
    buttons.preview.disabled = this.opening;
    buttons.start.textContent = state === 'stopped' ? words.stopped.again : words.goLive;
    buttons.mute.setAttribute('aria-pressed', String(this.quiet));
    say(this.told, this.word);
    say(this.alert, this.advice);
    this.tick();
    reflect(this, 'state', state);
    reflect(this, 'health', this.health?.grade);
  }
}

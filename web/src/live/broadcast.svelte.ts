// State of the broadcast screen, kept in sync with the camera, the WHIP client and the wake lock.

import { keep, recall } from '../storage.ts';
import type { Endpoint } from '../webrtc/session-resource.ts';
import { isAndroid } from './browser.ts';
import { Camera, qualities } from './camera.ts';
import type { Devices, Quality } from './camera.ts';
import { chooseCodec } from './codecs.ts';
import { cameraFaultOf, Fault } from './fault.ts';
import type { Health } from './health.ts';
import { watchLevel } from './microphone-level.ts';
import { WakeLock } from './wake-lock.ts';
import { WhipClient } from './whip-client.ts';
import type { WhipStatus } from './whip-client.ts';

export type Phase = 'asking' | 'camera' | 'stopped';

const chosenQuality = 'whip-mux.quality';
/** How many bits a second the picture may have. */
const bitrates: Record<Quality, number> = { saver: 1_000_000, hd: 2_500_000, full: 4_500_000 };

const faultFrom = (error: unknown): Fault => (error instanceof Fault ? error : cameraFaultOf(error));

export class BroadcastModel {
  phase = $state<Phase>('asking');
  status = $state.raw<WhipStatus>({
    state: 'idle',
    liveSince: undefined,
    lostSince: undefined,
    fault: undefined,
  });
  health = $state.raw<Health>();
  stream = $state.raw<MediaStream>();
  devices = $state.raw<Devices>({ cameras: [], microphones: [] });
  /** Why the camera is not open. */
  fault = $state.raw<Fault>();
  mirrored = $state(true);
  muted = $state(false);
  interrupted = $state(false);
  /** From 0 to 1, or undefined if it cannot be measured. */
  level = $state<number>();
  /** Goes live without a microphone. */
  silent = $state(false);
  /** A chosen device is gone, and another one is used. */
  replaced = $state(false);
  sleepy = $state(false);
  quality = $state<Quality>('hd');
  /** In seconds. */
  now = $state(Date.now() / 1000);
  lasted = $state(0);

  readonly camera = new Camera();
  private readonly client: WhipClient;
  private readonly wakeLock = new WakeLock();
  private readonly ticking = setInterval(() => (this.now = Date.now() / 1000), 500);
  private endLevel: (() => void) | undefined;

  constructor(endpoint: Endpoint, direct: boolean) {
    // Cloudflare silently drops H.264 from Android's hardware encoders.
    const codec = direct && isAndroid() ? 'vp8' : chooseCodec();
    const { camera } = this;
    camera.quality = qualities.find((each) => each === recall('device', chosenQuality)) ?? 'hd';
    this.client = new WhipClient({
      ...endpoint,
      media: camera,
      codec,
      get maxVideoBitrate() {
        return bitrates[camera.quality];
      },
    });
    this.client.on('status', (status) => this.follow(status));
    this.client.on('health', (health) => (this.health = health));
    this.camera.on('tracks', (stream) => this.show(stream));
    this.camera.on('interrupted', () => (this.interrupted = true));
    this.camera.on('restored', () => (this.interrupted = false));
    this.camera.on('replaced', () => (this.replaced = true));
  }

  /** Seconds since the broadcast began or, while reconnecting, since the connection was lost. */
  get seconds(): number {
    const { state, liveSince, lostSince } = this.status;
    const since = state === 'reconnecting' ? lostSince : liveSince;
    return since === undefined ? 0 : Math.max(0, this.now - since / 1000);
  }

  get busy(): boolean {
    const { state } = this.status;
    return (
      state === 'connecting' ||
      state === 'requesting-media' ||
      state === 'reconnecting' ||
      state === 'streaming'
    );
  }

  async openCamera(): Promise<void> {
    this.fault = undefined;
    this.phase = 'asking';
    try {
      this.show(await this.camera.open());
      this.devices = await this.camera.devices();
      this.phase = 'camera';
    } catch (error) {
      this.fault = faultFrom(error);
    }
  }

  /** Opens the camera without a microphone. */
  async openSilently(): Promise<void> {
    this.silent = this.camera.silent = true;
    await this.openCamera();
  }

  async goLiveSilently(): Promise<void> {
    await this.openSilently();
    if (!this.fault) await this.goLive();
  }

  async goLive(): Promise<void> {
    this.replaced = false;
    this.phase = 'camera';
    this.sleepy = !(await this.wakeLock.hold());
    await this.client.start();
  }

  async stop(): Promise<void> {
    await this.client.stop();
  }

  /** The organiser has ended the broadcast, as the stream's room tells. */
  async endedByOrganiser(): Promise<void> {
    await this.client.stop(new Fault('stream-ended'));
  }

  /** Returns false if the other camera did not start. */
  async flip(): Promise<boolean> {
    return this.client.flip().then(
      () => true,
      () => false,
    );
  }

  async use(kind: 'camera' | 'microphone', deviceId: string): Promise<boolean> {
    this.replaced = false;
    const change = kind === 'camera' ? this.camera.useCamera(deviceId) : this.camera.useMicrophone(deviceId);
    return change.then(
      () => true,
      () => false,
    );
  }

  /** Opens the camera with another quality, and again the next time. */
  async choose(quality: Quality): Promise<void> {
    await this.camera.useQuality(quality).catch(() => undefined);
    this.quality = this.camera.quality;
    keep('device', chosenQuality, this.quality);
  }

  /** Whether the camera and the microphone, unless it is left out, are open. */
  get works(): boolean {
    return (this.stream?.getTracks() ?? []).every(({ readyState }) => readyState === 'live');
  }

  get using(): { camera: string; microphone: string } {
    const idOf = (track: MediaStreamTrack | undefined) => track?.getSettings().deviceId ?? '';
    return {
      camera: idOf(this.stream?.getVideoTracks()[0]),
      microphone: idOf(this.stream?.getAudioTracks()[0]),
    };
  }

  toggleMute(): void {
    this.muted = !this.muted;
    this.client.mute(this.muted);
  }

  async resume(): Promise<void> {
    await this.camera.reopen().catch(() => undefined);
  }

  dispose(): void {
    clearInterval(this.ticking);
    this.endLevel?.();
    void this.client.stop();
    this.camera.close();
    void this.wakeLock.release();
  }

  private show(stream: MediaStream): void {
    this.stream = undefined;
    this.stream = stream;
    this.mirrored = this.camera.facing === 'user';
    this.quality = this.camera.quality;
    this.endLevel?.();
    this.level = undefined;
    this.endLevel = watchLevel(stream, (level) => (this.level = level));
  }

  private follow(status: WhipStatus): void {
    if (status.liveSince !== undefined && status.state === 'stopped')
      this.lasted = Math.max(0, Date.now() - status.liveSince) / 1000;
    this.status = status;
    if (status.state !== 'streaming') this.health = undefined;
    if (status.state !== 'stopped' && status.state !== 'error') return;
    void this.wakeLock.release();
    if (status.state === 'stopped' && status.liveSince !== undefined) this.rest();
  }

  private rest(): void {
    this.phase = 'stopped';
    this.endLevel?.();
    this.endLevel = undefined;
    this.stream = undefined;
    this.camera.close();
  }
}

// The only owner of the camera and the microphone. No other code may call getUserMedia: on an iPhone, a second capture
// silences the first.

import { Emitter } from '../webrtc/emitter.ts';
import { Fault, cameraFaultOf, microphoneFaultOf } from './fault.ts';
import { captureFault } from './browser.ts';

export type Facing = 'user' | 'environment';

export interface Devices {
  cameras: MediaDeviceInfo[];
  microphones: MediaDeviceInfo[];
}

export type Quality = 'saver' | 'hd' | 'full';
export const qualities: Quality[] = ['saver', 'hd', 'full'];

interface CameraEvents {
  /** A track was replaced. */
  tracks: MediaStream;
  /** The system took the camera or microphone away: a call, the lock screen, another app. */
  interrupted: undefined;
  /** The camera and microphone are back. */
  restored: undefined;
  /** A chosen camera or microphone is gone, and the default ones are used. */
  replaced: undefined;
}

const sound = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
const sizes: Record<Quality, [width: number, height: number]> = {
  saver: [854, 480],
  hd: [1280, 720],
  full: [1920, 1080],
};

// On some phones tracks start muted and unmute shortly after. Only a longer mute counts.
const patience = 1_000;
// Android needs a moment after one camera is released before it opens the other.
const handover = 300;

const wait = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));
const inWorkingOrder = (track: MediaStreamTrack | undefined) =>
  track !== undefined && track.readyState === 'live' && !track.muted;

export class Camera extends Emitter<CameraEvents> {
  stream: MediaStream | undefined;
  facing: Facing = 'user';
  quality: Quality = 'hd';
  private cameraId: string | undefined;
  private microphoneId: string | undefined;
  muted = false;
  interrupted = false;
  /** Opens no microphone. */
  silent = false;
  private capturing: Promise<unknown> = Promise.resolve();
  private readonly onReturn = () => void this.recover();

  constructor() {
    super();
    document.addEventListener('visibilitychange', this.onReturn);
  }

  /** Opens camera and microphone, or returns the stream that is already open. Throws a Fault. */
  open(): Promise<MediaStream> {
    return this.alone(async () => {
      if (this.stream && this.stream.getTracks().every((track) => track.readyState === 'live'))
        return this.stream;
      const again = this.stream !== undefined;
      this.letGo(this.stream?.getTracks() ?? []);
      this.stream = await this.captureAll();
      this.adopt(this.stream.getTracks());
      if (again) this.emit('tracks', this.stream);
      return this.stream;
    });
  }

  /** Switches to the other camera. If that fails, reopens the previous one and throws the Fault. */
  flip(): Promise<void> {
    return this.changeCamera(this.facing === 'user' ? 'environment' : 'user', undefined);
  }

  useCamera(deviceId: string): Promise<void> {
    return this.changeCamera(this.facing, deviceId);
  }

  /** Opens the camera with another size. If that fails, reopens it with the previous one and throws the Fault. */
  useQuality(quality: Quality): Promise<void> {
    return this.changeCamera(this.facing, this.cameraId, quality);
  }

  /** Switches to a microphone. If that fails, reopens the previous one, or else any, and throws the Fault. */
  useMicrophone(deviceId: string): Promise<void> {
    return this.alone(async () => {
      const before = this.microphoneId;
      this.letGo(this.stream?.getAudioTracks() ?? []);
      this.microphoneId = deviceId;
      try {
        await this.replace(await this.capture(false, this.audioConstraints()));
      } catch (error) {
        this.microphoneId = before;
        const again = await this.capture(false, this.audioConstraints()).catch(() => {
          this.microphoneId = undefined;
          return this.capture(false, this.audioConstraints());
        });
        await this.replace(again);
        throw error;
      }
    });
  }

  mute(muted: boolean): void {
    this.muted = muted;
    for (const track of this.stream?.getAudioTracks() ?? []) track.enabled = !muted;
  }

  /** Devices have names only after permission was granted. */
  async devices(): Promise<Devices> {
    const all = await navigator.mediaDevices.enumerateDevices();
    return {
      cameras: all.filter(({ kind }) => kind === 'videoinput'),
      microphones: all.filter(({ kind }) => kind === 'audioinput'),
    };
  }

  close(): void {
    document.removeEventListener('visibilitychange', this.onReturn);
    this.letGo(this.stream?.getTracks() ?? []);
    this.stream = undefined;
  }

  /** Reopens the camera after an interruption if the system did not give it back. Throws a Fault. */
  async reopen(): Promise<void> {
    await this.alone(async () => {
      this.letGo(this.stream?.getTracks() ?? []);
      await this.replace(await this.captureAll());
    });
    this.restored();
  }

  private videoConstraints(): MediaTrackConstraints {
    const [width, height] = sizes[this.quality];
    const size = { width: { ideal: width }, height: { ideal: height }, frameRate: { ideal: 30, max: 30 } };
    if (this.cameraId !== undefined) return { ...size, deviceId: { exact: this.cameraId } };
    return { ...size, facingMode: { ideal: this.facing } };
  }

  private audioConstraints(): MediaTrackConstraints | false {
    if (this.silent) return false;
    return this.microphoneId === undefined ? sound : { ...sound, deviceId: { exact: this.microphoneId } };
  }

  // Runs one operation at a time, in order.
  private alone<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.capturing.then(work);
    this.capturing = result.catch(() => undefined);
    return result;
  }

  // What was chosen or, once that is gone, what there is.
  private async captureAll(): Promise<MediaStream> {
    try {
      return await this.captureBoth();
    } catch (error) {
      const chosen = this.cameraId !== undefined || this.microphoneId !== undefined;
      if (!chosen || !(error instanceof Fault && /-(missing|failed)$/.test(error.code))) throw error;
      this.cameraId = this.microphoneId = undefined;
      const stream = await this.captureBoth();
      this.emit('replaced', undefined);
      return stream;
    }
  }

  // A browser does not say which of the two failed.
  private async captureBoth(): Promise<MediaStream> {
    try {
      return await this.capture(this.videoConstraints(), this.audioConstraints());
    } catch (error) {
      const fault = error instanceof Fault && !this.silent ? microphoneFaultOf(error) : undefined;
      if (!fault) throw error;
      const picture = await this.capture(this.videoConstraints(), false).catch(() => undefined);
      this.letGo(picture?.getTracks() ?? []);
      throw picture ? fault : error;
    }
  }

  private async capture(
    video: MediaTrackConstraints | false,
    audio: MediaTrackConstraints | false,
  ): Promise<MediaStream> {
    const fault = captureFault();
    if (fault) throw new Fault(fault);
    const ask = () => navigator.mediaDevices.getUserMedia({ video, audio });
    try {
      return await ask();
    } catch (error) {
      if (cameraFaultOf(error).code !== 'camera-in-use') throw cameraFaultOf(error);
      await wait(handover);
      return ask().catch((again: unknown) => Promise.reject(cameraFaultOf(again)));
    }
  }

  private changeCamera(
    facing: Facing,
    cameraId: string | undefined,
    quality: Quality = this.quality,
  ): Promise<void> {
    return this.alone(async () => {
      const before = { facing: this.facing, cameraId: this.cameraId, quality: this.quality };
      this.letGo(this.stream?.getVideoTracks() ?? []);
      this.facing = facing;
      this.cameraId = cameraId;
      this.quality = quality;
      try {
        await this.replace(await this.capture(this.videoConstraints(), false));
      } catch (error) {
        this.facing = before.facing;
        this.cameraId = before.cameraId;
        this.quality = before.quality;
        await this.replace(await this.capture(this.videoConstraints(), false));
        throw error;
      }
    });
  }

  // Keeps the MediaStream object and swaps its tracks.
  private async replace(fresh: MediaStream): Promise<void> {
    this.stream = this.stream ?? new MediaStream();
    for (const track of fresh.getTracks()) {
      for (const old of this.stream.getTracks())
        if (old.kind === track.kind) {
          this.letGo([old]);
          this.stream.removeTrack(old);
        }
      this.stream.addTrack(track);
    }
    this.adopt(fresh.getTracks());
    this.emit('tracks', this.stream);
  }

  private adopt(tracks: MediaStreamTrack[]): void {
    for (const track of tracks) {
      if (track.kind === 'audio') track.enabled = !this.muted;
      track.onmute = () => void this.doubt();
      track.onended = () => void this.doubt();
      track.onunmute = () => this.restored();
    }
    const facing = this.stream?.getVideoTracks()[0]?.getSettings().facingMode;
    if (facing === 'user' || facing === 'environment') this.facing = facing;
  }

  private letGo(tracks: MediaStreamTrack[]): void {
    for (const track of tracks) {
      track.onmute = track.onended = track.onunmute = null;
      track.stop();
    }
  }

  private async doubt(): Promise<void> {
    await wait(patience);
    if (this.works() || this.interrupted || !this.stream) return;
    this.interrupted = true;
    this.emit('interrupted', undefined);
    if (document.visibilityState === 'visible') await this.recover();
  }

  private works(): boolean {
    const [picture] = this.stream?.getVideoTracks() ?? [];
    const [microphone] = this.stream?.getAudioTracks() ?? [];
    return inWorkingOrder(picture) && (this.silent || inWorkingOrder(microphone));
  }

  private restored(): void {
    if (!this.interrupted || !this.works()) return;
    this.interrupted = false;
    this.emit('restored', undefined);
  }

  private async recover(): Promise<void> {
    if (document.visibilityState !== 'visible' || !this.stream) return;
    await wait(patience);
    if (this.works()) return this.restored();
    if (!this.interrupted) {
      this.interrupted = true;
      this.emit('interrupted', undefined);
    }
    // If another app still has the camera, the user can retry with a tap.
    await this.reopen().catch(() => undefined);
  }
}

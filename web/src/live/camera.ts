// The one owner of the camera and the microphone. Nobody else may call getUserMedia: on an iPhone a second capture
// silences the first one.

import { Emitter } from '../webrtc/emitter.ts';
import { Fault, cameraFaultOf } from './fault.ts';
import { captureFault } from './browser.ts';

export type Facing = 'user' | 'environment';

export interface Devices {
  cameras: MediaDeviceInfo[];
  microphones: MediaDeviceInfo[];
}

interface CameraEvents {
  /** A track has been replaced. */
  tracks: MediaStream;
  /** The system has taken the camera or the microphone away: a call, the lock screen, another app. */
  interrupted: undefined;
  /** It is back. */
  restored: undefined;
}

const sound = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
const size = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30, max: 30 } };

// Tracks begin muted on some phones, and come back by themselves after a short while: only a longer silence counts.
const patience = 1_000;
// Android gives the other camera only some time after the first one was let go.
const handover = 300;

const wait = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));
const inWorkingOrder = (track: MediaStreamTrack | undefined) =>
  track !== undefined && track.readyState === 'live' && !track.muted;

export class Camera extends Emitter<CameraEvents> {
  stream: MediaStream | undefined;
  facing: Facing = 'user';
  private cameraId: string | undefined;
  private microphoneId: string | undefined;
  muted = false;
  interrupted = false;
  private capturing: Promise<unknown> = Promise.resolve();
  private readonly onReturn = () => void this.recover();

  constructor() {
    super();
    document.addEventListener('visibilitychange', this.onReturn);
  }

  /** Asks for both; gives what is open already. Throws a Fault. */
  open(): Promise<MediaStream> {
    return this.alone(async () => {
      if (this.stream && this.stream.getTracks().every((track) => track.readyState === 'live'))
        return this.stream;
      this.letGo(this.stream?.getTracks() ?? []);
      this.stream = await this.capture(this.videoConstraints(), this.audioConstraints());
      this.adopt(this.stream.getTracks());
      return this.stream;
    });
  }

  /** The other camera. If it does not open, the one before is opened again, and the Fault is thrown. */
  flip(): Promise<void> {
    return this.changeCamera(this.facing === 'user' ? 'environment' : 'user', undefined);
  }

  useCamera(deviceId: string): Promise<void> {
    return this.changeCamera(this.facing, deviceId);
  }

  useMicrophone(deviceId: string): Promise<void> {
    return this.alone(async () => {
      this.microphoneId = deviceId;
      this.letGo(this.stream?.getAudioTracks() ?? []);
      await this.replace(await this.capture(false, this.audioConstraints()));
    });
  }

  mute(muted: boolean): void {
    this.muted = muted;
    for (const track of this.stream?.getAudioTracks() ?? []) track.enabled = !muted;
  }

  /** Named only once the permission was given. */
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

  /** After an interruption, where the system did not give the camera back by itself. Throws a Fault. */
  async reopen(): Promise<void> {
    await this.alone(async () => {
      this.letGo(this.stream?.getTracks() ?? []);
      await this.replace(await this.capture(this.videoConstraints(), this.audioConstraints()));
    });
    this.restored();
  }

  private videoConstraints(): MediaTrackConstraints {
    if (this.cameraId !== undefined) return { ...size, deviceId: { exact: this.cameraId } };
    return { ...size, facingMode: { ideal: this.facing } };
  }

  private audioConstraints(): MediaTrackConstraints {
    return this.microphoneId === undefined ? sound : { ...sound, deviceId: { exact: this.microphoneId } };
  }

  // One at a time, in the order of asking.
  private alone<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.capturing.then(work);
    this.capturing = result.catch(() => undefined);
    return result;
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

  private changeCamera(facing: Facing, cameraId: string | undefined): Promise<void> {
    return this.alone(async () => {
      const before = { facing: this.facing, cameraId: this.cameraId };
      this.letGo(this.stream?.getVideoTracks() ?? []);
      this.facing = facing;
      this.cameraId = cameraId;
      try {
        await this.replace(await this.capture(this.videoConstraints(), false));
      } catch (error) {
        this.facing = before.facing;
        this.cameraId = before.cameraId;
        await this.replace(await this.capture(this.videoConstraints(), false));
        throw error;
      }
    });
  }

  // The stream stays the same object: only its tracks change.
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
    return [this.stream?.getVideoTracks()[0], this.stream?.getAudioTracks()[0]].every(inWorkingOrder);
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
    // Where the camera is still somebody else's, a tap on the page tries again.
    await this.reopen().catch(() => undefined);
  }
}

// Plays HLS: live with hls.js where the browser supports it, otherwise (iPhone) natively; a recording natively where the
// browser can, so that it needs no hls.js and can be shown on a television. Uses the full hls.js, because the light
// build has no sound with Cloudflare's manifests, and loads it only when needed.

import type HlsPlayer from 'hls.js';
import type { Rung } from '../api-schema.ts';
import workerPath from 'hls.js/dist/hls.worker.js?url';

export interface Attached {
  /** Resolves when playback cannot continue. */
  failed: Promise<unknown>;
  detach(): void;
  /** How many seconds the picture is behind the camera, if it can be measured. */
  delay?(): number | undefined;
}

/** One way to play something. Only what it resolves to touches the video, which may play something else by then. */
export type Way = () => Promise<() => Attached>;

// Otherwise one of the two clocks is wrong.
const believable = 120;

const canBeScripted = (): boolean => {
  const source = (window as { ManagedMediaSource?: unknown }).ManagedMediaSource;
  return 'MediaSource' in window || source !== undefined;
};

/** How to play it in this browser, in the order to try. */
export function waysToPlay(video: HTMLVideoElement, { kind, url }: Rung): Way[] {
  const native = () => attachNative(video, url);
  const scripted = async () => {
    const { default: Hls } = await import('hls.js');
    if (!Hls.isSupported()) throw new Error('HLS is not supported here');
    return () => attachScripted(video, url, Hls);
  };
  if (video.canPlayType('application/vnd.apple.mpegurl') === '') return [scripted];
  if (!canBeScripted()) return [() => Promise.resolve(native)];
  const plain = async () => {
    if (await losesCaptions(video, url)) throw new Error('captions need hls.js');
    return native;
  };
  return kind === 'recording' ? [plain, scripted] : [scripted];
}

// Chromium's own player shows no captions; Safari's does.
async function losesCaptions(video: HTMLVideoElement, url: string): Promise<boolean> {
  if ('webkitShowPlaybackTargetPicker' in video) return false;
  return /TYPE=(SUBTITLES|CLOSED-CAPTIONS)/.test(await (await fetch(url)).text());
}

function attachNative(video: HTMLVideoElement, url: string): Attached {
  const failed = new Promise((resolve) => {
    video.addEventListener('error', resolve, { once: true });
  });
  // hls.js forbids it for what it plays on an iPhone.
  video.disableRemotePlayback = false;
  video.src = url;
  const detach = () => {
    video.removeAttribute('src');
    video.load();
  };
  return { failed, detach };
}

function attachScripted(video: HTMLVideoElement, url: string, Hls: typeof HlsPlayer): Attached {
  const hls = new Hls({
    workerPath,
    lowLatencyMode: false,
    // A live manifest that was missing a moment ago may exist now.
    manifestLoadPolicy: {
      default: {
        maxTimeToFirstByteMs: 8000,
        maxLoadTimeMs: 10_000,
        timeoutRetry: { maxNumRetry: 1, retryDelayMs: 0, maxRetryDelayMs: 0 },
        errorRetry: { maxNumRetry: 2, retryDelayMs: 1000, maxRetryDelayMs: 4000 },
      },
    },
  });
  // Captions stay off until the user asks for them, whatever the manifest's default is.
  hls.once(Hls.Events.MANIFEST_PARSED, () => (hls.subtitleTrack = -1));
  let recovered = false;
  const failed = new Promise<void>((resolve) => {
    hls.on(Hls.Events.ERROR, (_, data) => {
      if (!data.fatal) return;
      if (data.type === Hls.ErrorTypes.MEDIA_ERROR && !recovered) {
        recovered = true;
        hls.recoverMediaError();
      } else resolve();
    });
  });
  hls.loadSource(url);
  hls.attachMedia(video);
  // The manifest says when each picture was made, by the server's clock.
  const delay = () => {
    const seconds = hls.playingDate ? Math.round((Date.now() - hls.playingDate.getTime()) / 1000) : 0;
    return seconds > 0 && seconds < believable ? seconds : undefined;
  };
  return { failed, delay, detach: () => hls.destroy() };
}

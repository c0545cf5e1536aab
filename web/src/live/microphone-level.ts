// Microphone volume for the level bar.

type AudioContextConstructor = new () => AudioContext;

function contextConstructor(): AudioContextConstructor | undefined {
  const { AudioContext, webkitAudioContext } = window as {
    AudioContext?: AudioContextConstructor;
    webkitAudioContext?: AudioContextConstructor; // iOS 14.0 to 14.4
  };
  return AudioContext ?? webkitAudioContext;
}

const interval = 100;

// Firefox refuses a microphone whose sample rate is not the context's. The broadcast needs no level bar.
function openAnalyser(Context: AudioContextConstructor, stream: MediaStream) {
  let context: AudioContext | undefined;
  try {
    context = new Context();
    const analyser = context.createAnalyser();
    analyser.fftSize = 512;
    context.createMediaStreamSource(stream).connect(analyser);
    return { context, analyser };
  } catch {
    void context?.close().catch(() => undefined);
    return undefined;
  }
}

/** Calls `show` with a level from 0 to 1 ten times a second. Returns a function that stops it. */
export function watchLevel(stream: MediaStream, show: (level: number) => void): () => void {
  const Context = contextConstructor();
  if (!Context || stream.getAudioTracks().length === 0) return () => undefined;
  const opened = openAnalyser(Context, stream);
  if (!opened) return () => undefined;
  const { context, analyser } = opened;
  const samples = new Uint8Array(analyser.fftSize);
  const timer = setInterval(() => {
    if (context.state === 'suspended') void context.resume().catch(() => undefined);
    analyser.getByteTimeDomainData(samples);
    let sum = 0;
    for (const each of samples) sum += (each - 128) ** 2;
    show(levelOf(Math.sqrt(sum / samples.length) / 128));
  }, interval);
  return () => {
    clearInterval(timer);
    void context.close().catch(() => undefined);
  };
}

/** Speech is quiet on a linear scale, so the bar shows decibels from -60 up. */
export function levelOf(rootMeanSquare: number): number {
  if (rootMeanSquare <= 0) return 0;
  return Math.min(1, Math.max(0, 1 + (20 * Math.log10(rootMeanSquare)) / 60));
}

// Starts a video as far as the browser's autoplay policy allows.

// A new address also interrupts play(), which is no refusal.
const plays = (video: HTMLVideoElement): Promise<boolean> =>
  video.play().then(
    () => true,
    (error: unknown) => !(error instanceof DOMException && error.name === 'NotAllowedError'),
  );

/** Plays with sound if the browser allows it, otherwise muted. Resolves to false if it allows neither. */
export async function startPlayback(video: HTMLVideoElement): Promise<boolean> {
  if (await plays(video)) return true;
  video.muted = true;
  return plays(video);
}

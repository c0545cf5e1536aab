// Shows the video on a television: AirPlay, Chromecast (the Remote Playback API).

/** Tells whether there is a device that can show what plays now. Returns what ends this. */
export function watchCasting(video: HTMLVideoElement, tell: (available: boolean) => void): () => void {
  const remote = video.remote as RemotePlayback | undefined;
  const watching = remote?.watchAvailability(tell).catch(() => undefined);
  return () => {
    void watching?.then((id) => (id === undefined ? undefined : remote?.cancelWatchAvailability(id)));
  };
}

/** Asks on which device; again to stop. Resolves as well if the user chooses none. */
export const cast = (video: HTMLVideoElement): Promise<void> => video.remote.prompt().catch(() => undefined);

// Full screen and picture in picture.

type Phone = HTMLVideoElement & { webkitEnterFullscreen?(): void };

/** On, or off again. An iPhone can show only a video full screen, not an element. */
export async function toggleFull(frame: HTMLElement | undefined, video: Phone | undefined): Promise<void> {
  if (document.fullscreenElement) await document.exitFullscreen();
  else if (frame?.requestFullscreen) await frame.requestFullscreen().catch(() => undefined);
  else video?.webkitEnterFullscreen?.();
}

export const hasPicture = (video: HTMLVideoElement | undefined): boolean =>
  video !== undefined && 'requestPictureInPicture' in video && document.pictureInPictureEnabled;

export async function togglePicture(video: HTMLVideoElement | undefined): Promise<void> {
  if (document.pictureInPictureElement) await document.exitPictureInPicture();
  else await video?.requestPictureInPicture().catch(() => undefined);
}

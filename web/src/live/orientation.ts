// Keeps the picture upright or sideways while the phone is turned. A browser turns the camera's picture with the screen, and
// lets only a page that fills the screen keep the screen from turning (Screen Orientation, W3C). iPhones cannot.

export type Orientation = 'any' | 'landscape' | 'portrait';
export const orientations: Orientation[] = ['any', 'landscape', 'portrait'];

/** Missing in Safari before 16.4, and without `lock` since. */
interface Turning {
  lock?(to: Orientation): Promise<void>;
  unlock(): void;
}
const turning = (screen as { orientation?: Turning }).orientation;
// Missing on iPhones.
const page: { fullscreenElement?: Element | null; fullscreenEnabled?: boolean } = document;

/** Whether this is a phone or tablet whose browser may be able to. */
export const canKeep = () =>
  page.fullscreenEnabled === true && turning?.lock !== undefined && matchMedia('(pointer: coarse)').matches;

/** What is kept now. A page that no longer fills the screen keeps nothing. */
let kept: Orientation = 'any';
export const keptNow = (): Orientation => (page.fullscreenElement ? kept : 'any');

/** Resolves to what is kept afterwards. */
export async function keepOrientation(wanted: Orientation): Promise<Orientation> {
  try {
    if (wanted === 'any') {
      kept = wanted;
      turning?.unlock();
      if (page.fullscreenElement) await document.exitFullscreen();
    } else {
      if (!page.fullscreenElement) await document.documentElement.requestFullscreen();
      await turning?.lock?.(wanted);
      kept = wanted;
    }
  } catch {
    // It stays as it was: without a lock, there is no reason to fill the screen.
    if (kept === 'any' && page.fullscreenElement) await document.exitFullscreen();
  }
  return keptNow();
}

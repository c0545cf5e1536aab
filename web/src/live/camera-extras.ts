// What only some cameras can: their light, and to focus on a point (MediaStream Image Capture, W3C). Loaded when it is used.

interface Extras {
  torch?: boolean;
  focusMode?: string[];
}

/** How long a point stays in focus. Afterwards the camera follows what moves. */
const held = 10_000;
const ringSize = 64;

const trackOf = (stream: MediaStream | undefined) => stream?.getVideoTracks()[0];
const capabilitiesOf = (track: MediaStreamTrack): Extras =>
  'getCapabilities' in track ? (track.getCapabilities() as Extras) : {};
const apply = (track: MediaStreamTrack, wanted: object) => track.applyConstraints({ advanced: [wanted] });

/** Whether the camera's light is on. Undefined if it has none. */
export function lightOf(stream: MediaStream | undefined): boolean | undefined {
  const track = trackOf(stream);
  if (!track || capabilitiesOf(track).torch !== true) return undefined;
  return (track.getSettings() as { torch?: boolean }).torch === true;
}

/** Resolves to whether the light is on afterwards. */
export async function turnLight(stream: MediaStream | undefined, on: boolean): Promise<boolean | undefined> {
  const track = trackOf(stream);
  if (track) await apply(track, { torch: on }).catch(() => undefined);
  return lightOf(stream);
}

/** Where in the frame, from 0 to 1, the picture was touched. Undefined for the bars around the frame. */
export function pointIn(
  video: HTMLVideoElement,
  { clientX, clientY }: { clientX: number; clientY: number },
): { x: number; y: number } | undefined {
  const box = video.getBoundingClientRect();
  const { videoWidth: width, videoHeight: height } = video;
  const ratios = [box.width / width, box.height / height];
  const { objectFit, transform } = getComputedStyle(video);
  const scale = objectFit === 'cover' ? Math.max(...ratios) : Math.min(...ratios);
  const across = 0.5 + (clientX - box.left - box.width / 2) / (width * scale);
  const y = 0.5 + (clientY - box.top - box.height / 2) / (height * scale);
  const x = transform.startsWith('matrix(-1') ? 1 - across : across;
  return x >= 0 && x <= 1 && y >= 0 && y <= 1 ? { x, y } : undefined;
}

function ring({ clientX, clientY }: MouseEvent): void {
  const mark = document.createElement('i');
  mark.setAttribute('aria-hidden', 'true');
  Object.assign(mark.style, {
    position: 'fixed',
    left: `${clientX - ringSize / 2}px`,
    top: `${clientY - ringSize / 2}px`,
    width: `${ringSize}px`,
    height: `${ringSize}px`,
    border: '2px solid #fff',
    borderRadius: '50%',
    boxShadow: '0 0 0 1px #000',
    pointerEvents: 'none',
  });
  document.body.append(mark);
  setTimeout(() => mark.remove(), 1_000);
}

let release: number | undefined;

/** Focuses where the preview was touched, if the camera can. */
export async function focusAt(touch: MouseEvent, video: HTMLVideoElement): Promise<void> {
  const track = trackOf(video.srcObject as MediaStream);
  const point = pointIn(video, touch);
  const modes = track ? (capabilitiesOf(track).focusMode ?? []) : [];
  if (!track || !point || !modes.includes('single-shot')) return;
  ring(touch);
  await apply(track, { pointsOfInterest: [point], focusMode: 'single-shot' }).catch(() => undefined);
  clearTimeout(release);
  if (!modes.includes('continuous')) return;
  release = window.setTimeout(
    () => void apply(track, { focusMode: 'continuous' }).catch(() => undefined),
    held,
  );
}

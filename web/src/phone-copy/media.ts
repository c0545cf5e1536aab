// What this browser can record, and how large it becomes.

// Best first. With `avc3`, the picture may change its size within a file. Safari knows neither codec string and chooses
// H.264 and AAC for `video/mp4`.
const candidates = [
  'video/mp4;codecs=avc3.42E01E,mp4a.40.2',
  'video/mp4;codecs=avc3.42E01E,opus',
  'video/mp4;codecs=avc1.42E01E,mp4a.40.2',
  'video/mp4',
  'video/webm;codecs=h264,opus',
  'video/webm;codecs=vp8,opus',
];

export const audioBitrate = 128_000;

/** The best type that is supported, or undefined if the browser cannot record. */
export function recordingType(): string | undefined {
  const supports =
    'MediaRecorder' in window ? (type: string) => MediaRecorder.isTypeSupported(type) : () => false;
  return candidates.find(supports);
}

/** In bits per second. */
export const videoBitrate = (width = 1280, height = 720): number =>
  width * height > 1280 * 720 * 1.2 ? 7_000_000 : 4_500_000;

/** The media type without its codecs. */
export const containerOf = (type: string): string => type.split(';')[0] ?? type;

/** Whether a file stays playable when the picture's size changes, as when the phone is turned. */
export const survivesRotation = (type: string): boolean => /avc3|webm|matroska/.test(type);

/** How many whole minutes fit. */
export const minutesIn = (bytes: number, bitrate = videoBitrate()): number =>
  Math.floor(bytes / (((bitrate + audioBitrate) / 8) * 60));

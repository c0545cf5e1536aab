// Joins pieces into one file without encoding them again. It loads with mediabunny, only where there are pieces to join.
// Each piece begins where the piece before it ends: players stop, skip or go black in a time without picture and sound.

import {
  AppendOnlyStreamTarget,
  BlobSource,
  CustomSource,
  EncodedAudioPacketSource,
  EncodedPacketSink,
  EncodedVideoPacketSource,
  Input,
  MATROSKA,
  MkvOutputFormat,
  MP4,
  Mp4OutputFormat,
  Output,
  WEBM,
  WebMOutputFormat,
} from 'mediabunny';
import type {
  AudioCodec,
  EncodedPacket,
  InputAudioTrack,
  InputVideoTrack,
  OutputFormat,
  VideoCodec,
} from 'mediabunny';
import type { Piece } from './copy.ts';
import type { Shelf } from './shelf.ts';

// All of them are written from the first byte to the last, a few seconds at a time.
const formats: Record<string, () => OutputFormat> = {
  'video/mp4': () => new Mp4OutputFormat({ fastStart: 'fragmented', minimumFragmentDuration: 2 }),
  'video/webm': () => new WebMOutputFormat({ appendOnly: true }),
  'video/x-matroska': () => new MkvOutputFormat({ appendOnly: true }),
};

// A file has at most so many bytes besides its packets. If there are more, the library did not find every packet.
const overhead = (packets: number): number => 64_000 + 64 * packets;

type Track = InputVideoTrack | InputAudioTrack;
type Add = (packet: EncodedPacket) => Promise<void>;

/** Reads a piece, whatever its length, a few megabytes at a time. */
async function open(shelf: Shelf, piece: Piece): Promise<Input> {
  const read = async (from: number, to: number) =>
    new Uint8Array(await (await shelf.read(piece, from, to)).arrayBuffer());
  const source =
    piece.place === 'files'
      ? new BlobSource(await shelf.read(piece))
      : new CustomSource({ getSize: () => piece.bytes, read, prefetchProfile: 'network' });
  return new Input({ formats: [MP4, WEBM, MATROSKA], source });
}

const bytesOf = (given: AllowSharedBufferSource): Uint8Array =>
  ArrayBuffer.isView(given)
    ? new Uint8Array(given.buffer, given.byteOffset, given.byteLength)
    : new Uint8Array(given);

const tracksOf = async (input: Input): Promise<Track[]> => [
  ...(await input.getVideoTracks()),
  ...(await input.getAudioTracks()),
];

async function describe(track: Track): Promise<unknown> {
  const config = await track.getDecoderConfig();
  if (!config) throw new Error(`a ${track.type} track of an unknown codec`);
  const { description, ...rest } = config;
  const turn = track.isVideoTrack() && (await track.getTransformationMatrix());
  return [track.type, turn, rest, description && [...bytesOf(description)]];
}

/** Says how a piece is encoded: pieces of which it says the same fit. Throws if it cannot be known. */
export async function encodingOf(shelf: Shelf, piece: Piece): Promise<string> {
  const input = await open(shelf, piece);
  try {
    return JSON.stringify([piece.type, await Promise.all((await tracksOf(input)).map(describe))]);
  } finally {
    input.dispose();
  }
}

/** Adds a track like the given one to the output. */
async function addTrack(output: Output, track: Track): Promise<Add> {
  const decoderConfig = (await track.getDecoderConfig()) as VideoDecoderConfig & AudioDecoderConfig;
  if (track.isVideoTrack()) {
    const source = new EncodedVideoPacketSource((await track.getCodec()) as VideoCodec);
    output.addVideoTrack(source, { transformationMatrix: await track.getTransformationMatrix() });
    return (packet) => source.add(packet, { decoderConfig });
  }
  const source = new EncodedAudioPacketSource((await track.getCodec()) as AudioCodec);
  output.addAudioTrack(source);
  return (packet) => source.add(packet, { decoderConfig });
}

/** The packets of all tracks in the order of their times, each with the number of its track. */
async function* packetsOf(tracks: Track[]): AsyncGenerator<[number, EncodedPacket]> {
  const readers = tracks.map((track) => new EncodedPacketSink(track).packets());
  const heads = await Promise.all(readers.map((reader) => reader.next()));
  for (;;) {
    let first: [number, EncodedPacket] | undefined;
    for (const [number, { done, value }] of heads.entries())
      if (!done && value.timestamp < (first?.[1].timestamp ?? Infinity)) first = [number, value];
    if (!first) return;
    yield first;
    const next = await readers[first[0]]?.next();
    if (next) heads[first[0]] = next;
  }
}

/** Appends the packets of a piece at the given time, and returns the time at which they end. */
async function append(tracks: Track[], adds: Add[], from: number, piece: Piece): Promise<number> {
  let [shift, end, bytes, count] = [NaN, from, 0, 0];
  const last: number[] = [];
  for await (const [number, packet] of packetsOf(tracks)) {
    if (Number.isNaN(shift)) shift = from - packet.timestamp;
    const timestamp = packet.timestamp + shift;
    await adds[number]?.(packet.clone({ timestamp }));
    bytes += packet.byteLength;
    ++count;
    // The last packet of a WebM file has no duration.
    end = Math.max(end, timestamp + (packet.duration || timestamp - (last[number] ?? timestamp)));
    last[number] = timestamp;
  }
  if (bytes + overhead(count) < piece.bytes) throw new Error(`${bytes} of ${piece.bytes} bytes were found`);
  return end;
}

/** Writes what pieces that fit contain to one file, from its first byte to its last. */
export async function join(
  shelf: Shelf,
  pieces: Piece[],
  write: (bytes: ArrayBuffer) => Promise<void>,
): Promise<void> {
  const format = formats[pieces[0]?.type ?? '']?.();
  if (!format) throw new Error('a type that cannot be joined');
  // eslint-disable-next-line compat/compat -- where it is missing, the pieces are not joined
  const stream = new WritableStream<Uint8Array>({ write: (bytes) => write(bytes.slice().buffer) });
  const output = new Output({ format, target: new AppendOnlyStreamTarget(stream) });
  try {
    const adds: Add[] = [];
    let end = 0;
    for (const piece of pieces) {
      const input = await open(shelf, piece);
      try {
        const tracks = await tracksOf(input);
        if (output.state === 'pending') {
          for (const track of tracks) adds.push(await addTrack(output, track));
          await output.start();
        }
        end = await append(tracks, adds, end, piece);
      } finally {
        input.dispose();
      }
    }
    await output.finalize();
  } catch (error) {
    await output.cancel().catch(() => undefined);
    throw error;
  }
}

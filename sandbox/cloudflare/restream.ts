// Sends a scripted broadcast to a live input's outputs. There is no media: control calls tell Mux's stand-in that an
// encoder connected or disconnected.

import { ControlError, control } from '../shared/control-client.ts';
import type { Output, Protocol } from './world.ts';

export interface Departure {
  /** Overrides the reconnect windows of both providers. */
  reconnectSeconds?: number;
  failRecording?: boolean;
  /** Whether to return only when the broadcast is over at the destination. */
  wait?: boolean;
}

export interface Outcome {
  taken: boolean;
  words: string;
}

export interface Restream {
  start(output: Output, protocol: Protocol): Promise<Outcome>;
  stop(output: Output, departure: Departure): Promise<Outcome>;
}

/** An unreachable destination must not affect the broadcast. */
async function outcome(work: () => Promise<string>): Promise<Outcome> {
  try {
    return { taken: true, words: await work() };
  } catch (error) {
    const reason = error instanceof ControlError ? error.message : 'The destination does not answer.';
    return { taken: false, words: `is refused: ${reason}` };
  }
}

export function restreamToMux(muxControl: string | undefined): Restream {
  if (muxControl === undefined) {
    const refused = { taken: false, words: 'is refused: No destination is configured.' };
    return { start: async () => refused, stop: async () => refused };
  }
  const mux = control(muxControl);
  return {
    start: ({ url, streamKey }, protocol) =>
      outcome(async () => {
        const ingest = protocol === 'srt' && url.startsWith('srt:') ? 'srt' : 'rtmp';
        const path = 'encoder/connect';
        const { liveStreamId } = await mux.post<{ liveStreamId: string }>(path, {
          url,
          streamKey,
          protocol: ingest,
        });
        return `sends to Mux live stream ${liveStreamId}`;
      }),
    stop: ({ streamKey }, departure) =>
      outcome(async () => {
        const path = 'encoder/disconnect';
        const { liveStreamId } = await mux.post<{ liveStreamId: string }>(path, { streamKey, ...departure });
        return `has ended at Mux live stream ${liveStreamId}`;
      }),
  };
}

// Carries a live input's broadcast to its outputs. There is no media here: the stand-in for Mux is told, through
// its control endpoints, that an encoder came or went.

import { ControlError, control } from '../shared/control-client.ts';
import type { Output, Protocol } from './world.ts';

export interface Departure {
  /** In place of the windows the two providers were configured with. */
  reconnectSeconds?: number;
  failRecording?: boolean;
  /** Whether to come back only when the broadcast is over at the destination. */
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

/** A destination that cannot be reached must not disturb the broadcast itself. */
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

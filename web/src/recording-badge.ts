// State of one of the two recordings, derived from what the API reports about the stream and its broadcasts.

import type {
  Broadcast,
  Recordings,
  Source,
  Stream,
  StreamState,
  StreamStatus,
  Warning,
} from './api-schema.ts';

export type BadgeState =
  'waiting' | 'starting' | 'recording' | 'saving' | 'ready' | 'failed' | 'missing' | 'removed' | 'off';

export interface BadgeInput {
  source: Source;
  status: StreamStatus;
  warnings: readonly Warning[];
  /** False if the backup is off. */
  wanted: boolean;
  /** Undefined if the recordings were not requested. */
  recordings: Recordings | undefined;
  /** The stream reports a playable recording. */
  available?: boolean;
  /** Ignore broadcasts before this time, in milliseconds since 1970. */
  since?: number;
  /** The page knows that the broadcast is over, which the server may say only a minute later. */
  over?: boolean;
}

// Allows for clock differences between server and phone.
const leeway = 60_000;

const isOver = ({ recordings }: Broadcast) => recordings.some(({ state }) => state === 'ready');

export function badgeOf({
  source,
  status,
  warnings,
  wanted,
  recordings,
  available,
  since,
  over = false,
}: BadgeInput): BadgeState {
  if (!wanted) return 'off';
  const live = status === 'live' && !over;
  const warned = (code: string) => warnings.some((each) => each.code === code);
  const listed = recordings?.broadcasts.find(
    ({ startedAt }) => since === undefined || Date.parse(startedAt) >= since - leeway,
  );
  // What is complete belongs to an earlier broadcast, while another one is live.
  const broadcast = live && listed && isOver(listed) ? undefined : listed;
  const known = broadcast?.recordings.filter((each) => each.source === source) ?? [];
  if (known.some(({ state }) => state === 'ready')) return 'ready';
  if (!recordings && available && status !== 'live') return 'ready';
  // A copy makes up for a recording that failed.
  if (known.some(({ state }) => state === 'copying')) return 'saving';
  if (known.some(({ state }) => state === 'failed')) return 'failed';
  if (known.some(({ state }) => state === 'missing')) return 'missing';
  if (known.length > 0) return live ? 'recording' : 'saving';
  if (status === 'live' && warned('recording_not_started')) return 'missing';
  if (status === 'live') return live ? 'starting' : 'saving';
  // A broadcast is listed without the recording that its provider does not have any more. With `since`, the warning
  // may be about an earlier broadcast until this one is listed.
  const removed = warnings.some((each) => each.code === 'recording_deleted' && each.source === source);
  if (removed && (broadcast || since === undefined)) return 'removed';
  if (status === 'completed' && warned('recording_missing')) return 'failed';
  return over ? 'saving' : 'waiting';
}

/** The badges of both recordings, since a time if one is given. */
export function badgesOf(
  { plan, status, warnings, recordingSources }: Stream | StreamState,
  recordings: Recordings | undefined,
  since?: number,
  over = false,
): Record<Source, BadgeState> {
  const badge = (source: Source) =>
    badgeOf({
      source,
      wanted: plan.recordedAt.includes(source),
      status,
      warnings,
      recordings,
      available: recordingSources[source].available,
      over,
      ...(since === undefined ? {} : { since }),
    });
  return { cloudflare: badge('cloudflare'), mux: badge('mux') };
}

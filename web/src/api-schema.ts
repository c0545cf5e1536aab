// Short names for the API's types, which are generated from the Worker's OpenAPI description (`npm run openapi:types`).

import type { components } from './openapi.d.ts';

type Schemas = components['schemas'];

export type Source = Schemas['Source'];
export type StreamStatus = Schemas['StreamStatus'];
export type Warning = Schemas['Warning'];
export type Invite = Schemas['Invite'];
export type Credentials = Schemas['Credentials'];
export type Recording = Schemas['Recording'];
export type Broadcast = Schemas['Broadcast'];
export type Captions = Schemas['Captions'];
export type Download = Schemas['Download'];
export type Output = Schemas['Output'];
export type ActivityEntry = Schemas['ActivityEntry'];
export type HostEvent = Schemas['HostEvent'];
export type Visibility = Schemas['Visibility'];

export interface NewInvite extends Invite {
  token: string;
  url: string;
}

export interface Recordings {
  status: Schemas['PlaybackStatus'];
  broadcasts: Broadcast[];
}

export type StreamingMethod = Schemas['StreamingMethod'];
export type Plan = Schemas['Plan'];
export type Stream = Schemas['Stream'];

/** Whether the phone records, too. Without one, `auto`: if the plan is not recorded at both providers. */
export type PhoneCopy = 'auto' | 'on' | 'off';

/** What a publisher may know about the stream. */
export type StreamState = Schemas['Status'] & {
  phoneCopy?: PhoneCopy;
  /** Whether, and when, the owner stopped the phone that was live. */
  stopped?: boolean;
  stoppedAt?: string | null;
};

export interface StreamPage {
  streams: Stream[];
  nextCursor: string | null;
}

/** What viewers are told before a broadcast. */
export type Details = Pick<Stream, 'scheduledStart' | 'description' | 'coverUrl'>;

export interface NewStream extends Partial<Details> {
  title: string;
  streamingMethod: StreamingMethod;
  enableMuxBackup: boolean;
  visibility: 'public' | 'private';
  /** `auto` if it is missing. */
  phoneCopy?: PhoneCopy;
}

export type Rung = Schemas['Rung'];
export type Playback = Schemas['Playback'];

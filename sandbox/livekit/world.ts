// What the stand-in remembers.

import type { WebRtcPublisher } from '../media/webrtc-publisher.ts';
import type { CallLog } from '../shared/call-log.ts';
import type { Courier } from '../shared/courier.ts';
import type { Faults } from '../shared/faults.ts';
import type { Journal } from '../shared/journal.ts';
import type { Plant } from '../shared/plant.ts';
import type { Keys } from './tokens.ts';

export const secretNames = ['streamKey'] as const;

export interface Picture {
  width: number;
  height: number;
}

/** A phone in a room: a WHIP session, with or without media. */
export interface Phone {
  resource: string;
  /** Null until a picture has come. */
  picture: Picture | null;
  /** With real media. */
  publisher: WebRtcPublisher | null;
  connected: Promise<void>;
  closed: Promise<void>;
  close(): void;
}

export type IngressStatus = 'ENDPOINT_INACTIVE' | 'ENDPOINT_BUFFERING' | 'ENDPOINT_PUBLISHING';

export interface Ingress {
  ingressId: string;
  name: string;
  streamKey: string;
  roomName: string;
  participantIdentity: string;
  participantName: string;
  enableTranscoding: boolean;
  enabled: boolean;
  status: IngressStatus;
  phone: Phone | null;
}

export type EgressStatus =
  'EGRESS_STARTING' | 'EGRESS_ACTIVE' | 'EGRESS_ENDING' | 'EGRESS_COMPLETE' | 'EGRESS_FAILED';

export interface Egress {
  egressId: string;
  roomName: string;
  identity: string;
  /** With the stream keys. */
  urls: string[];
  /** As it is sent. */
  picture: Picture;
  status: EgressStatus;
  error: string;
  startedAt: number;
  endedAt: number;
  stop(): void;
}

export interface World {
  keys: Keys;
  /** The stand-in's own. */
  url: string;
  webhookUrl: string | null;
  /** Whether sessions carry real media; the CA of RTMPS servers on this machine. */
  media: { trusted?: string } | null;
  /** How long an egress takes to end. */
  endingMs: number;
  ingresses: Map<string, Ingress>;
  egresses: Map<string, Egress>;
  plant: Plant<(typeof secretNames)[number]>;
  courier: Courier;
  journal: Journal;
  faults: Faults;
  calls: CallLog;
}

/** The phone of that name in that room, and its ingress. */
export function participantIn(world: World, room: string, identity: string): Ingress | undefined {
  return [...world.ingresses.values()].find(
    (each) =>
      each.roomName === room &&
      each.participantIdentity === identity &&
      each.status === 'ENDPOINT_PUBLISHING',
  );
}

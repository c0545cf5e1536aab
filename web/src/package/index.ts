// The engine for those who build their own pages: publishing, watching and the API, without a user interface.

export { Api, adviceOf, newKey, problemOf, statusOf } from '../api.ts';
export type { Tagged } from '../api.ts';
export type * from '../api-schema.ts';
export { Camera } from '../live/camera.ts';
export type { Devices, Facing } from '../live/camera.ts';
export { chooseCodec } from '../live/codecs.ts';
export type { CodecChoice } from '../live/codecs.ts';
export { Fault } from '../live/fault.ts';
export type { FaultCode } from '../live/fault.ts';
export type { Health, HealthGrade } from '../live/health.ts';
export { WakeLock } from '../live/wake-lock.ts';
export { WhipClient } from '../live/whip-client.ts';
export type { MediaSource, WhipClientOptions, WhipState, WhipStatus } from '../live/whip-client.ts';
export { OwnerApi } from '../manage/owner-api.ts';
export { Ladder } from '../watch/ladder.ts';
export type { Playing } from '../watch/ladder.ts';
export { WhepClient } from '../watch/whep-client.ts';
export type { WhepState } from '../watch/whep-client.ts';
export { HttpFailure } from '../webrtc/http-failure.ts';
export type { Problem } from '../webrtc/http-failure.ts';
export type { Endpoint } from '../webrtc/session-resource.ts';
export { Player } from './player.ts';
export type { PlayerOptions, PlayerState, PlayerStatus } from './player.ts';

// What the engine tests use in a page.
export { Camera } from '../../../web/src/live/camera.ts';
export { LifeSigns } from '../../../web/src/live/life-signs.ts';
export { WakeLock } from '../../../web/src/live/wake-lock.ts';
export { watchLevel } from '../../../web/src/live/microphone-level.ts';
export { WhipClient } from '../../../web/src/live/whip-client.ts';
export { WhepClient } from '../../../web/src/watch/whep-client.ts';

export type Engine = typeof import('./engine-entry.ts');

// Whether the phone should record a broadcast of the stream itself.

import type { StreamState } from '../api-schema.ts';

/** `auto`: unless both providers record the stream's plan. */
export const wantsCopy = ({ phoneCopy = 'auto', plan }: StreamState): boolean =>
  phoneCopy === 'on' || (phoneCopy === 'auto' && plan.recordedAt.length < 2);

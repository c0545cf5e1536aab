// The third badge: the state of the copy on this phone, next to those of the recordings.

import type { BadgeState } from '../recording-badge.ts';
import { copyTexts } from '../texts/phone-copy.ts';
import type { KeptCopy, PhoneCopies } from './copies.svelte.ts';

export interface ExtraBadge {
  name: string;
  /** How it looks. */
  look: BadgeState;
  word: string;
}

const looks = {
  recording: 'recording',
  waiting: 'waiting',
  joining: 'saving',
  uploading: 'saving',
  processing: 'saving',
  safe: 'ready',
  failed: 'failed',
} as const;

const badge = (look: BadgeState, word: string): ExtraBadge => ({ name: copyTexts.name, look, word });

export function badgeOfCopy({ state, percent }: KeptCopy): ExtraBadge {
  const word = state === 'uploading' ? copyTexts.states.uploading(percent) : copyTexts.states[state];
  return badge(looks[state], word);
}

/** Before and during a broadcast. */
export function badgeOnStage({ gaveUp, current, minutes }: PhoneCopies): ExtraBadge {
  if (gaveUp !== undefined) return badge('failed', copyTexts.gaveUp[gaveUp]);
  if (current?.state === 'recording') return badgeOfCopy(current);
  return badge('waiting', minutes === undefined ? copyTexts.ready : copyTexts.room(minutes));
}

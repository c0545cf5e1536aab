// What was typed into the form for a new stream when the session had expired. It is kept for this tab until the user has
// signed in again.

import type { NewStream } from '../api-schema.ts';
import { keep, recall } from '../storage.ts';

const kept = 'whip-mux.draft';

export const keepDraft = (draft: NewStream): void => keep('tab', kept, JSON.stringify(draft));
export const forgetDraft = (): void => keep('tab', kept, undefined);

export function recallDraft(): NewStream | undefined {
  const text = recall('tab', kept);
  return text === undefined ? undefined : (JSON.parse(text) as NewStream);
}

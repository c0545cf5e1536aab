// The entry to the waiting room, which is loaded only where nothing plays.

import { languageNow } from '../texts/language.ts';
import { waitingTexts } from '../texts/waiting.ts';
import Waiting from './Waiting.svelte';

export async function openWaiting(): Promise<typeof Waiting> {
  if (languageNow() === 'es') Object.assign(waitingTexts, (await import('../texts/es/waiting.ts')).texts);
  return Waiting;
}

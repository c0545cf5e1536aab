// The entry to what an owner does with recordings: loaded when a card that has some is opened.

import { languageNow } from '../texts/language.ts';
import { library } from '../texts/library.ts';
import BroadcastList from './Recordings.svelte';

export async function openLibrary(): Promise<typeof BroadcastList> {
  if (languageNow() === 'es') Object.assign(library, (await import('../texts/es/library.ts')).texts);
  return BroadcastList;
}

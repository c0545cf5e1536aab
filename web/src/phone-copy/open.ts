// The entry to this folder: everything in it is loaded later than the page, and only where there is or will be a copy.

import { mount } from 'svelte';
import { copyTexts } from '../texts/phone-copy.ts';
import { languageNow } from '../texts/language.ts';
import { badgeOnStage } from './badge.ts';
import { PhoneCopies } from './copies.svelte.ts';
import CopiesLeft from './CopiesLeft.svelte';
import CopiesPanel from './CopiesPanel.svelte';

export interface Opened {
  copies: PhoneCopies;
  Panel: typeof CopiesPanel;
  badgeOnStage: typeof badgeOnStage;
  texts: typeof copyTexts;
}

const place = 'copies-left';

let opened: Promise<PhoneCopies> | undefined;

async function open(stream: string, token: string | undefined): Promise<PhoneCopies> {
  if (languageNow() === 'es') Object.assign(copyTexts, (await import('../texts/es/phone-copy.ts')).texts);
  return new PhoneCopies(stream, token);
}

/** Shows the copies above everything else, once. */
export async function showLeft(stream: string, token: string | undefined): Promise<void> {
  if (document.getElementById(place)) return;
  const target = document.createElement('div');
  target.id = place;
  document.body.insertBefore(target, document.body.firstChild);
  mount(CopiesLeft, { target, props: await openCopies(stream, token) });
}

/** The page's copies, which it has once. */
export async function openCopies(stream: string, token: string | undefined): Promise<Opened> {
  opened ??= open(stream, token);
  return { copies: await opened, Panel: CopiesPanel, badgeOnStage, texts: copyTexts };
}

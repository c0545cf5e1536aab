// The sheet of the phone's settings, with its texts in the language of the page. Loaded when it is opened.

import { languageNow } from '../texts/language.ts';
import { phoneSettings } from '../texts/phone-settings.ts';
import SettingsSheet from './SettingsSheet.svelte';

export async function openSettings(): Promise<typeof SettingsSheet> {
  if (languageNow() === 'es')
    Object.assign(phoneSettings, (await import('../texts/es/phone-settings.ts')).texts);
  return SettingsSheet;
}

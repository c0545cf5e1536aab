// The entry to the fields for start, description and cover, and to the dialog that changes them: loaded when the owner
// wants them.

import { detailTexts } from '../texts/details.ts';
import { languageNow } from '../texts/language.ts';
import DetailFields from './DetailFields.svelte';
import EditDialog from './EditDialog.svelte';

export async function openDetails() {
  if (languageNow() === 'es') Object.assign(detailTexts, (await import('../texts/es/details.ts')).texts);
  return { DetailFields, EditDialog };
}

// Saves a copy's files where the user finds them, for someone who cannot upload it.

import type { KeptCopy, PhoneCopies } from './copies.svelte.ts';

// The browser has read the file by then.
const reading = 60_000;

export async function saveFiles(copies: PhoneCopies, kept: KeptCopy): Promise<void> {
  const day = new Date(kept.copy.startedAt).toISOString().slice(0, 16).replace(/[T:]/g, '-');
  const files = await copies.files(kept);
  for (const [index, file] of files.entries()) {
    const link = document.createElement('a');
    const url = URL.createObjectURL(file);
    const part = files.length > 1 ? `-${index + 1}` : '';
    link.href = url;
    link.download = `broadcast-${day}${part}.${/\w+$/.exec(file.type)?.[0] ?? 'mp4'}`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), reading);
  }
}

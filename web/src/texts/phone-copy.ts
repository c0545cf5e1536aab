// Texts about the copy on the phone, in English.

import type { GaveUp } from '../phone-copy/copy.ts';
import type { Hold } from '../phone-copy/copies.svelte.ts';
import type { Refused } from '../phone-copy/uploader.ts';
import type { Advice } from './common.ts';

export const copyTexts = {
  name: 'Copy on this phone',
  panel: (copies: number) =>
    copies === 1 ? 'A copy is on this phone' : `${copies} copies are on this phone`,
  allSafe: 'Your copy is safe',
  from: (when: string, lasted: string) => `${when}, ${lasted}`,
  parts: (parts: number) => `in ${parts} parts`,
  room: (minutes: number) => (minutes > 600 ? 'space for over 10 hours' : `space for ${minutes} min`),
  ready: 'ready',
  states: {
    recording: 'recording',
    waiting: 'waiting to upload',
    joining: 'getting ready',
    uploading: (percent: number) => `uploading ${percent} %`,
    processing: 'being checked',
    safe: 'safe',
    failed: 'not uploaded',
  },
  left: (time: string) => `About ${time} left.`,
  keepOpen: 'Keep this page open until the copy is safe. If you close it, open it again to go on.',
  processing: 'Everything is uploaded. The copy stays on this phone until Cloudflare can play it.',
  safe: 'Cloudflare has the copy, so it was removed from this phone.',
  partial: 'The copy ends before the broadcast does.',
  holds: {
    live: 'The upload waits until your broadcast is over.',
    'mobile-data': 'You’re on mobile data, so the upload waits for Wi-Fi.',
    paused: 'The upload is paused.',
  } satisfies Record<Hold, string>,
  uploadNow: 'Upload now',
  goOn: 'Continue upload',
  pause: 'Pause',
  save: 'Save the file',
  remove: 'Delete from phone',
  removeQuestion: 'Delete this copy?',
  removeAdvice: 'It hasn’t been uploaded yet. It may be the only recording, and it can’t be restored.',
  removeYes: 'Delete the copy',
  removeNo: 'Keep it',
  instead: 'This broadcast isn’t recorded online. This phone records it and uploads the copy afterwards.',
  replaces: 'The copy on this phone takes its place as soon as it’s uploaded.',
  gaveUp: {
    unsupported: 'not possible in this browser',
    'no-storage': 'this browser can’t store it',
    full: 'storage is full',
    'slow-storage': 'stopped, storage is too slow',
    encoder: 'stopped, the recorder failed',
    busy: 'stopped to keep you live',
  } satisfies Record<GaveUp, string>,
  refused: {
    'not-allowed': {
      title: 'This link can’t upload anymore',
      advice: 'Ask for a new link to this stream and open it on this phone. The copy stays here until then.',
    },
    deleted: {
      title: 'The organiser deleted this broadcast',
      advice: 'The copy won’t be uploaded. It stays on this phone until you delete it.',
    },
    refused: {
      title: 'The server didn’t take the copy',
      advice: 'Try again. If that doesn’t help, save the file and send it to the organiser.',
    },
    unusable: {
      title: 'Cloudflare can’t play the copy',
      advice: 'Try again, or save the file and send it to the organiser.',
    },
  } satisfies Record<Refused, Advice>,
};

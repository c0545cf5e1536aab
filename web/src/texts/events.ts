// Texts about what the host application was told, in English.

import type { HostEvent } from '../api-schema.ts';

export const eventTexts = {
  title: 'Notifications to your site',
  types: {
    'stream.live': 'Went live',
    'stream.ended': 'Broadcast ended',
    'recording.ready': 'Recording ready',
    'recording.failed': 'Recording failed',
    'stream.warning': 'Warning',
  } as Record<string, string>,
  states: {
    pending: 'Not received yet',
    delivered: 'Received',
    refused: 'Not wanted',
    failed: 'Not received',
  } satisfies Record<HostEvent['state'], string>,
  answer: (status: number) => `Your site answered ${status}.`,
  noAnswer: 'Your site didn’t answer.',
  next: (when: string) => `Next try: ${when}.`,
  again: 'Send again',
  againOf: (what: string) => `Send again: ${what}`,
  sent: 'Your site received it.',
  notSent: 'Your site didn’t accept it.',
  none: 'Nothing has been sent yet.',
};

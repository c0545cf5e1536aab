// Texts of the waiting room, in English. They are loaded with it.

import { clock } from './format.ts';

const plural = (count: number, one: string, many: string) => `${count} ${count === 1 ? one : many}`;

export const waitingTexts = {
  ready: {
    title: 'Not live yet',
    advice: 'The broadcast will start here automatically.',
  },
  processing: {
    title: 'The broadcast has ended',
    advice: 'If there is a recording, it will play here once it’s ready.',
  },
  nothing: {
    title: 'The broadcast has ended',
    advice: 'There’s no recording.',
  },
  starts: (when: string) => `Starts ${when}`,
  late: (when: string) => `It should have started ${when}. We’re waiting for the host.`,
  /** Without `seconds`, minutes are exact enough. */
  left: (days: number, hours: number, minutes: number, seconds?: number): string => {
    if (days > 0) return `In ${plural(days, 'day', 'days')} and ${plural(hours, 'hour', 'hours')}`;
    if (hours > 0) return `In ${plural(hours, 'hour', 'hours')} and ${plural(minutes, 'minute', 'minutes')}`;
    if (seconds !== undefined) return `In ${clock(minutes * 60 + seconds)}`;
    return minutes > 0 ? `In ${plural(minutes, 'minute', 'minutes')}` : 'In less than a minute';
  },
  calendar: 'Add to calendar',
  noCalendar: 'Couldn’t load the calendar file. Try again in a moment.',
};

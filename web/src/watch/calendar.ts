// The calendar file of a stream.

import { Api } from '../api.ts';

export const calendarPath = (id: string): string => `/api/streams/${id}/calendar`;

class CalendarApi extends Api {
  async read(id: string): Promise<string> {
    return (await this.request('GET', calendarPath(id))).text;
  }
}

/** Saves the file. A link cannot send the token that a private stream needs. */
export async function saveCalendar(id: string, token: string): Promise<void> {
  const file = new Blob([await new CalendarApi(token).read(id)], { type: 'text/calendar' });
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = 'stream.ics';
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

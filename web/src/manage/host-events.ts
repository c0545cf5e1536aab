// The part of the API about what the host application was told. Loaded only with the list that shows it.

import { Api } from '../api.ts';
import type { HostEvent } from '../api-schema.ts';
import { eventTexts } from '../texts/events.ts';
import { languageNow } from '../texts/language.ts';

export interface HostEvents {
  enabled: boolean;
  events: HostEvent[];
}

export class HostEventsApi extends Api {
  async list(id: string): Promise<HostEvents> {
    if (languageNow() === 'es') Object.assign(eventTexts, (await import('../texts/es/events.ts')).texts);
    return JSON.parse((await this.request('GET', `/api/streams/${id}/events`)).text) as HostEvents;
  }

  async redeliver(id: string, event: string): Promise<HostEvent> {
    const path = `/api/streams/${id}/events/${encodeURIComponent(event)}/redeliver`;
    return JSON.parse((await this.request('POST', path)).text) as HostEvent;
  }
}

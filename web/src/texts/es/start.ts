// Texts about the planned start on the publisher's page, in Spanish.

import type { startTexts } from '../start.ts';

export const texts: typeof startTexts = {
  ahead: (when: string) => `Empieza: ${when}`,
  early: 'Puedes emitir ya, y los espectadores te verán enseguida. Hasta entonces ven una cuenta atrás.',
  passed: (when: string) => `Debía empezar: ${when}`,
  late: 'Los espectadores están esperando. Te verán en cuanto empieces a emitir.',
};

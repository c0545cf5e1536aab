// Texts about what the host application was told, in Spanish.

import type { eventTexts } from '../events.ts';

export const texts: typeof eventTexts = {
  title: 'Avisos a tu sitio web',
  types: {
    'stream.live': 'Empezó la transmisión',
    'stream.ended': 'Terminó la transmisión',
    'recording.ready': 'Grabación lista',
    'recording.failed': 'Falló la grabación',
    'stream.warning': 'Advertencia',
  },
  states: {
    pending: 'Aún no recibido',
    delivered: 'Recibido',
    refused: 'No deseado',
    failed: 'No recibido',
  },
  answer: (status: number) => `Tu sitio respondió ${status}.`,
  noAnswer: 'Tu sitio no respondió.',
  next: (when: string) => `Próximo intento: ${when}.`,
  again: 'Enviar de nuevo',
  againOf: (what: string) => `Enviar de nuevo: ${what}`,
  sent: 'Tu sitio lo recibió.',
  notSent: 'Tu sitio no lo aceptó.',
  none: 'Aún no se ha enviado nada.',
};

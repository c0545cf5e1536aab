// Texts of the waiting room, in Spanish.

import { clock } from '../format.ts';
import type { waitingTexts } from '../waiting.ts';

const plural = (count: number, one: string, many: string) => `${count} ${count === 1 ? one : many}`;

export const texts: typeof waitingTexts = {
  ready: {
    title: 'Aún no ha empezado',
    advice: 'La transmisión empezará aquí automáticamente.',
  },
  processing: {
    title: 'La transmisión ha terminado',
    advice: 'Si hay grabación, se verá aquí cuando esté lista.',
  },
  nothing: {
    title: 'La transmisión ha terminado',
    advice: 'No hay grabación.',
  },
  starts: (when: string) => `Empieza: ${when}`,
  late: (when: string) => `Debía empezar: ${when}. Estamos esperando a quien transmite.`,
  left: (days: number, hours: number, minutes: number, seconds?: number): string => {
    if (days > 0) return `En ${plural(days, 'día', 'días')} y ${plural(hours, 'hora', 'horas')}`;
    if (hours > 0) return `En ${plural(hours, 'hora', 'horas')} y ${plural(minutes, 'minuto', 'minutos')}`;
    if (seconds !== undefined) return `En ${clock(minutes * 60 + seconds)}`;
    return minutes > 0 ? `En ${plural(minutes, 'minuto', 'minutos')}` : 'En menos de un minuto';
  },
  calendar: 'Añadir al calendario',
  noCalendar: 'No se ha podido cargar el archivo del calendario. Inténtalo de nuevo en un momento.',
};

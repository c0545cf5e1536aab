// Texts about an owner's recordings, in Spanish.

import type { library } from '../library.ts';

export const texts: typeof library = {
  playHere: (when: string) => `Reproducir aquí la grabación del ${when}`,
  stopHere: (when: string) => `Cerrar la grabación del ${when}`,
  cannotPlay: 'Esta grabación no se puede reproducir aquí. Ábrela con Ver.',
  clip: (at: string) => `recortada, ${at}`,
  clips: 'Recortes',
  clipStates: {
    processing: 'en preparación',
    ready: 'lista',
    failed: 'no se pudo hacer',
  },
  trim: {
    action: 'Recortar…',
    label: (when: string) => `Recortar la grabación del ${when}`,
    title: 'Recortar la grabación',
    advice:
      'Elige la parte que quieres conservar. Será otra grabación, y la completa sigue ahí hasta que la elimines.',
    start: 'Inicio',
    end: 'Final',
    keeps: (length: string, of: string) => `Conserva ${length} de ${of}.`,
    submit: 'Crear la grabación recortada',
    done: 'La grabación recortada está en preparación. Aparecerá en la lista cuando esté lista.',
  },
  captions: {
    action: 'Subtítulos…',
    label: (when: string) => `Subtítulos de la grabación del ${when}`,
    title: 'Subtítulos',
    advice:
      'Se crean a partir de lo que se dice, en el idioma que se habla. Quien vea la grabación puede activarlos en el reproductor.',
    language: 'Idioma hablado',
    submit: 'Crear subtítulos',
    none: 'Aún no hay subtítulos.',
    looking: 'Buscando subtítulos…',
    line: (name: string, at: string, state: string) => `${name} (${at}): ${state}`,
    states: { making: 'en preparación', ready: 'listos', failed: 'no se pudieron crear' },
  },
  remove: {
    action: 'Eliminar…',
    label: (when: string) => `Eliminar la grabación del ${when}`,
    clipLabel: (at: string, when: string) => `Eliminar la grabación recortada en ${at} del ${when}`,
    question: '¿Eliminar esta grabación?',
    clipQuestion: '¿Eliminar la grabación recortada?',
    advice: (places: string) => `Se elimina en ${places}, con todas sus copias. No se puede recuperar.`,
    clipAdvice: (at: string) =>
      `Se elimina en ${at} y no se puede recuperar. La grabación completa se conserva.`,
    both: 'Cloudflare y Mux',
    keepClips: 'Conservar las grabaciones recortadas',
    yes: 'Eliminar la grabación',
    done: 'Grabación eliminada.',
  },
};

// Texts about the copy on the phone, in Spanish.

import type { copyTexts } from '../phone-copy.ts';

export const texts: typeof copyTexts = {
  name: 'Copia en este teléfono',
  panel: (copies: number) =>
    copies === 1 ? 'Hay una copia en este teléfono' : `Hay ${copies} copias en este teléfono`,
  allSafe: 'Tu copia está a salvo',
  from: (when: string, lasted: string) => `${when}, ${lasted}`,
  parts: (parts: number) => `en ${parts} partes`,
  room: (minutes: number) => (minutes > 600 ? 'espacio para más de 10 horas' : `espacio para ${minutes} min`),
  ready: 'lista',
  states: {
    recording: 'grabando',
    waiting: 'espera para subir',
    joining: 'preparando',
    uploading: (percent: number) => `subiendo ${percent} %`,
    processing: 'comprobando',
    safe: 'a salvo',
    failed: 'no se ha subido',
  },
  left: (time: string) => `Quedan unos ${time}.`,
  keepOpen:
    'Deja esta página abierta hasta que la copia esté a salvo. Si la cierras, ábrela de nuevo para continuar.',
  processing: 'Todo está subido. La copia sigue en este teléfono hasta que Cloudflare pueda reproducirla.',
  safe: 'Cloudflare tiene la copia, así que se ha quitado de este teléfono.',
  partial: 'La copia termina antes que la transmisión.',
  holds: {
    live: 'La subida espera a que termine tu transmisión.',
    'mobile-data': 'Usas datos móviles, así que la subida espera al wifi.',
    paused: 'La subida está en pausa.',
  },
  uploadNow: 'Subir ahora',
  goOn: 'Continuar',
  pause: 'Pausar',
  save: 'Guardar el archivo',
  remove: 'Borrar del teléfono',
  removeQuestion: '¿Borrar esta copia?',
  removeAdvice: 'Aún no se ha subido. Puede ser la única grabación y no se puede recuperar.',
  removeYes: 'Borrar la copia',
  removeNo: 'Conservarla',
  instead: 'Esta transmisión no se graba en línea. Este teléfono la graba y sube la copia después.',
  replaces: 'La copia de este teléfono la sustituirá en cuanto se suba.',
  gaveUp: {
    unsupported: 'este navegador no puede',
    'no-storage': 'este navegador no puede guardarla',
    full: 'no queda espacio',
    'slow-storage': 'detenida, el almacenamiento es muy lento',
    encoder: 'detenida, falló la grabación',
    busy: 'detenida para que sigas en directo',
  },
  refused: {
    'not-allowed': {
      title: 'Este enlace ya no permite subir',
      advice:
        'Pide un enlace nuevo a esta transmisión y ábrelo en este teléfono. La copia se queda aquí hasta entonces.',
    },
    deleted: {
      title: 'El organizador borró esta transmisión',
      advice: 'La copia no se subirá. Se queda en este teléfono hasta que la borres.',
    },
    refused: {
      title: 'El servidor no aceptó la copia',
      advice: 'Inténtalo de nuevo. Si no funciona, guarda el archivo y envíaselo al organizador.',
    },
    unusable: {
      title: 'Cloudflare no puede reproducir la copia',
      advice: 'Inténtalo de nuevo, o guarda el archivo y envíaselo al organizador.',
    },
  },
};

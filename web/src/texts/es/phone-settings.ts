// Texts of the phone's settings, in Spanish.

import type { phoneSettings } from '../phone-settings.ts';

export const texts: typeof phoneSettings = {
  quality: {
    label: 'Calidad',
    saver: 'Ahorro de datos (480p)',
    hd: 'Buena (720p)',
    full: 'Óptima (1080p)',
    before: 'Puedes cambiar la calidad antes de emitir.',
  },
  light: 'Luz',
  orientation: {
    label: 'Imagen',
    any: 'Gira con el teléfono',
    landscape: 'Siempre horizontal',
    portrait: 'Siempre vertical',
  },
  watchLink: 'Enlace para espectadores',
  share: 'Compartir el enlace',
  camera: 'Cámara',
  microphone: 'Micrófono',
  device: (index: number) => `Dispositivo ${index}`,
};

// Texts of the viewer's page, in Spanish.

import type { watch } from '../watch.ts';

export const texts: typeof watch = {
  title: 'Transmisión',
  start: 'Toca para ver',
  private: {
    title: 'Esta transmisión es privada',
    advice: 'Ábrela con el enlace que te enviaron o pide otro.',
  },
  gone: {
    title: 'Transmisión no encontrada',
    advice: 'Comprueba el enlace. Puede que se haya eliminado.',
  },
  unplayable: {
    title: 'Este vídeo no se puede ver aquí',
    advice: 'Actualiza tu navegador o usa otro.',
    basic: 'Actualiza tu navegador o prueba el reproductor básico.',
  },
  connecting: 'Conectando…',
  live: 'EN DIRECTO',
  latency: {
    whep: 'menos de 1 s de retraso',
    hls: (seconds: number | undefined) =>
      seconds === undefined ? 'unos segundos de retraso' : `unos ${seconds} s de retraso`,
  },
  recording: 'Grabación',
  backup: 'Copia de seguridad',
  player: 'Reproductor',
  play: 'Reproducir',
  pause: 'Pausar',
  replay: 'Ver de nuevo',
  mute: 'Silenciar',
  unmute: 'Activar sonido',
  volume: 'Volumen',
  percent: (percent: number) => `${percent} %`,
  pictureInPicture: 'Imagen en imagen',
  cast: 'Ver en un televisor',
  captions: 'Subtítulos',
  captionsOff: 'No',
  fullscreen: 'Pantalla completa',
  exitFullscreen: 'Salir de pantalla completa',
  seek: 'Posición',
  share: 'Compartir',
  shared: 'Enlace copiado.',
  notShared: (url: string) => `No se pudo copiar el enlace: ${url}`,
  basic: '¿Problemas? Prueba el reproductor básico',
  full: 'Volver al reproductor completo',
  download: 'Descargar esta grabación (MP4)',
  all: 'Todas las grabaciones',
  now: 'Ver en directo',
  stalled: 'La imagen se ha detenido. Seguirá aquí en cuanto siga la transmisión.',
  position: (at: string, of: string) => `${at} de ${of}`,
};

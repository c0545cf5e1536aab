// Texts of the publisher's page, in Spanish.

import type { FaultCode } from '../../live/fault.ts';
import type { Advice } from '../common.ts';
import type { live } from '../live.ts';

const openSettings: Record<'ios' | 'android' | 'desktop', string> = {
  ios: 'Toca «AA» o el icono de la página junto a la dirección, elige Configuración del sitio web y permite Cámara y Micrófono.',
  android: 'Toca el icono junto a la dirección, elige Permisos y permite Cámara y Micrófono.',
  desktop: 'Haz clic en el icono junto a la dirección y permite Cámara y Micrófono.',
};

export const texts: typeof live = {
  title: (stream: string) => `Emitir: ${stream}`,
  welcome: 'Vas a emitir en directo',
  why: 'Necesitamos tu cámara y tu micrófono. No estarás en directo hasta que toques Emitir.',
  allow: 'Permitir cámara y micrófono',
  asking: 'Toca Permitir para continuar.',
  link: 'Enlace a esta página',
  states: {
    idle: 'Listo',
    'requesting-media': 'Abriendo la cámara',
    connecting: 'Conectando',
    streaming: (time: string) => `En directo ${time}`,
    reconnecting: (seconds: number) => `Reconectando (${seconds} s)`,
    stopped: 'Terminado',
    error: 'No estás en directo',
  },
  badge: 'EN DIRECTO',
  goLive: 'Emitir',
  stop: 'Terminar',
  stopQuestion: '¿Terminar la transmisión?',
  stopAdvice: 'Los espectadores verán que ha terminado.',
  stopYes: 'Terminar transmisión',
  stopNo: 'Seguir en directo',
  flip: 'Cambiar de cámara',
  mute: 'Silenciar micrófono',
  muted: 'El micrófono está apagado',
  goSilent: 'Continuar sin sonido',
  silent: 'Sin sonido: los espectadores no te oirán. Recarga esta página para usar un micrófono.',
  level: 'Nivel del micrófono',
  settings: 'Ajustes',
  preview: 'Lo que ve tu cámara',
  health: { good: 'Buena red', weak: 'Red débil', poor: 'Mala red' },
  reduced: 'calidad reducida',
  rate: (kilobits: number) =>
    kilobits >= 1000 ? `${(kilobits / 1000).toFixed(1).replace('.', ',')} Mbit/s` : `${kilobits} kbit/s`,
  reconnecting: {
    title: 'Conexión perdida',
    advice: 'No cierres esta página. Volverás a estar en directo en cuanto vuelva la conexión.',
  },
  interrupted: {
    title: 'Tu cámara está en pausa',
    advice: 'Una llamada, otra aplicación o el bloqueo de pantalla la ha tomado. Sigues conectado.',
    resume: 'Volver a encender la cámara',
  },
  flipFailed: 'No se pudo cambiar de cámara.',
  deviceFailed: 'No se pudo usar ese dispositivo, así que usamos otro que funciona.',
  deviceGone: 'Un dispositivo que elegiste ya no está, así que usamos otro.',
  keepAwake: 'Toca la pantalla de vez en cuando; si no, el teléfono se bloqueará y la imagen se detendrá.',
  rotate: 'Para una imagen ancha, gira el teléfono antes de emitir.',
  recordingAtRisk: {
    title: 'Esta transmisión no se está grabando',
    advice:
      'Estás en directo, pero no se guarda nada. Termina y emite de nuevo, o graba también con otro dispositivo.',
  },
  unrecorded:
    'Esta transmisión se puede ver en directo, pero no se graba. Para conservarla, graba también con otro dispositivo.',
  stopped: {
    title: 'Tu transmisión ha terminado',
    byOrganiser: 'El organizador ha terminado la transmisión',
    waiting: 'Guardando tu grabación. Suele tardar un minuto.',
    ready: 'Tu grabación está lista.',
    private: 'Esta transmisión es privada. El organizador puede compartir la grabación contigo.',
    failed: 'No se guardó ninguna grabación.',
    removed: 'La grabación se eliminó.',
    failedAdvice: 'Avisa al organizador.',
    lasted: (time: string) => `Has estado en directo ${time}.`,
    play: 'Ver la grabación',
    again: 'Emitir de nuevo',
  },
  fault(code: FaultCode, system: 'ios' | 'android' | 'desktop'): Advice {
    const browser = system === 'ios' ? 'Safari' : 'Chrome';
    const all: Record<FaultCode, Advice> = {
      'insecure-context': {
        title: 'Esta página no es segura',
        advice: 'Las cámaras solo funcionan en páginas https. Pide otro enlace.',
      },
      'in-app-browser': {
        title: 'Esta aplicación no puede usar tu cámara',
        advice: `Copia el enlace y ábrelo en ${browser}.`,
      },
      'unsupported-browser': {
        title: 'Este navegador no puede emitir',
        advice: `Copia el enlace y ábrelo en la última versión de ${browser}.`,
      },
      'camera-denied': {
        title: 'El acceso a la cámara está bloqueado',
        advice: `${openSettings[system]} Después, reintenta.`,
      },
      'camera-missing': {
        title: 'No se encontró cámara ni micrófono',
        advice: 'Conecta uno o usa otro dispositivo y reintenta.',
      },
      'camera-in-use': {
        title: 'La cámara está en uso',
        advice: 'Otra aplicación o pestaña la está usando. Ciérrala y reintenta.',
      },
      'camera-failed': {
        title: 'La cámara no se encendió',
        advice: 'Reintenta. Si no ayuda, reinicia el navegador.',
      },
      'microphone-missing': {
        title: 'No se encontró ningún micrófono',
        advice: 'Conecta uno y reintenta, o emite sin sonido.',
      },
      'microphone-in-use': {
        title: 'El micrófono está en uso',
        advice:
          'Una llamada, otra aplicación o pestaña lo está usando. Ciérrala y reintenta, o emite sin sonido.',
      },
      'microphone-failed': {
        title: 'El micrófono no se encendió',
        advice: 'Reintenta o emite sin sonido.',
      },
      'not-allowed': {
        title: 'No puedes emitir con este enlace',
        advice: 'Puede que haya caducado o se haya cancelado. Pide otro a quien te lo envió.',
      },
      'stream-gone': {
        title: 'Esta transmisión ya no existe',
        advice: 'Se eliminó. Pide otro enlace a quien te lo envió.',
      },
      'stream-ended': {
        title: 'Esta transmisión ha terminado',
        advice: 'Ya nadie puede emitir en ella. Pide otro enlace si hay otra transmisión.',
      },
      'stream-busy': {
        title: 'Ya hay alguien en directo',
        advice: 'Pídele que termine su transmisión y reintenta.',
      },
      refused: {
        title: 'El servidor rechazó la transmisión',
        advice: 'Recarga esta página. Si no ayuda, avisa a quien te envió el enlace.',
      },
      'video-refused': {
        title: 'El vídeo de este navegador no es compatible',
        advice: 'Usa otro navegador u otro teléfono.',
      },
      'server-failed': {
        title: 'Tenemos problemas',
        advice: 'No es tu teléfono. Reintenta en un momento.',
      },
      'server-full': {
        title: 'El servidor está ocupado',
        advice: 'No es tu teléfono. Reintenta en un momento.',
      },
      unreachable: {
        title: 'No se puede conectar con el servidor',
        advice: 'Comprueba que tienes datos móviles o wifi y reintenta.',
      },
      'no-connection': {
        title: 'Tu vídeo no llega',
        advice:
          'Puede que esta red bloquee el vídeo en directo. Cambia entre wifi y datos móviles y reintenta.',
      },
      'connection-lost': {
        title: 'Conexión perdida',
        advice: 'Comprueba que tienes datos móviles o wifi y reintenta.',
      },
      'no-picture': {
        title: 'La cámara no da imagen',
        advice: 'Cierra otras aplicaciones que usen la cámara y reintenta.',
      },
    };
    return all[code];
  },
  invitation: {
    missing: {
      title: 'El enlace está incompleto',
      advice: 'Abre el enlace entero o escanea el código QR otra vez.',
    },
    expired: {
      title: 'Esta invitación ha caducado',
      advice: 'Pide otra a quien te la envió.',
    },
    cancelled: {
      title: 'Esta invitación se canceló',
      advice: 'Pide otra a quien te la envió.',
    },
  },
};

// Texts of all pages, in Spanish.

import type { Advice, common } from '../common.ts';
import { count } from '../format.ts';

const plural = (number: number, one: string, many: string) => `${number} ${number === 1 ? one : many}`;

export const texts: typeof common = {
  product: 'WHIP-Mux',
  close: 'Cerrar',
  cancel: 'Cancelar',
  tryAgain: 'Reintentar',
  copy: 'Copiar',
  show: 'Mostrar',
  hide: 'Ocultar',
  copied: 'Copiado',
  on: 'Sí',
  off: 'No',
  copyFailed: 'No se pudo copiar. El texto está seleccionado para que lo copies tú.',
  loading: 'Cargando…',
  notFound: {
    title: 'Página no encontrada',
    advice: 'Comprueba el enlace o pide otro.',
  },
  manage: 'Mis transmisiones',
  watching: (viewers: number) => `${count(viewers)} viendo`,
  badges: {
    cloudflare: 'Cloudflare',
    mux: 'Mux',
    states: {
      waiting: 'sin empezar',
      starting: 'empezando…',
      recording: 'grabando',
      saving: 'guardando…',
      ready: 'lista',
      failed: 'falló',
      missing: 'no se graba',
      removed: 'eliminada',
      off: 'desactivada',
    },
    label: 'Grabaciones',
  },
  problem(type: string): Advice | undefined {
    const known: Record<string, Advice> = {
      'too-many-streams': {
        title: 'Has llegado al límite de transmisiones abiertas',
        advice: 'Termina o elimina una para crear otra.',
      },
      'too-many-requests': { title: 'Demasiado rápido', advice: 'Espera un minuto y reintenta.' },
      'too-many-outputs': { title: 'Hay demasiados destinos', advice: 'Elimina uno antes de añadir otro.' },
      'too-many-invites': {
        title: 'Hay demasiadas invitaciones',
        advice: 'Cancela una que no haga falta y reintenta.',
      },
      'no-such-stream': {
        title: 'Transmisión no encontrada',
        advice: 'Puede que se haya eliminado. Comprueba que has iniciado sesión como su propietario.',
      },
      'no-such-output': { title: 'Destino no encontrado', advice: 'Puede que ya se haya eliminado.' },
      'no-such-invite': { title: 'Invitación no encontrada', advice: 'Puede que ya haya caducado.' },
      'stream-ended': { title: 'Esta transmisión ha terminado', advice: 'Crea otra para emitir de nuevo.' },
      'stream-is-live': {
        title: 'La transmisión está en directo',
        advice: 'Cámbialo cuando acabe la emisión.',
      },
      'visibility-fixed': {
        title: 'Todavía no se puede cambiar quién puede verla',
        advice: 'Termina primero la transmisión.',
      },
      'no-backup': { title: 'No hay copia en Mux', advice: 'No hay nada que activar ni desactivar.' },
      'no-live-input': {
        title: 'Esta transmisión no se puede reenviar',
        advice: 'Va directamente a Mux, que no reenvía.',
      },
      'not-admitted': { title: 'No tienes permiso', advice: 'Pídeselo al propietario.' },
      'owner-only': { title: 'Solo el propietario puede hacerlo', advice: 'Pídeselo al propietario.' },
      'not-configured': {
        title: 'Falta terminar la configuración',
        advice: 'Avisa a quien administra este servicio.',
      },
      'store-unavailable': { title: 'El servidor no responde', advice: 'Reintenta en unos segundos.' },
      'provider-busy': { title: 'Cloudflare o Mux está ocupado', advice: 'Reintenta en un momento.' },
      'provider-timeout': {
        title: 'Cloudflare o Mux ha tardado demasiado',
        advice: 'Reintenta en un momento.',
      },
      'provider-failed': {
        title: 'Cloudflare o Mux ha devuelto un error',
        advice: 'Reintenta en un momento.',
      },
      'cloudflare-failed': {
        title: 'Cloudflare no pudo crear la transmisión',
        advice: 'No ha quedado nada a medias. Reintenta en un minuto.',
      },
      'mux-failed': {
        title: 'Mux no pudo crear la transmisión',
        advice: 'No ha quedado nada a medias. Reintenta en un minuto.',
      },
    };
    return known[type];
  },
  api: {
    invalid: { title: 'Hay algo mal escrito', advice: 'Revisa lo que has escrito y reintenta.' },
    offline: { title: 'No tienes conexión', advice: 'Seguiremos cuando vuelvas a tenerla.' },
    unreachable: { title: 'No se puede conectar con el servidor', advice: 'Revisa tu conexión y reintenta.' },
    failed: { title: 'Algo ha fallado por nuestra parte', advice: 'Reintenta en un momento.' },
    signedOut: { title: 'Tu sesión ha caducado', advice: 'Abre esta página otra vez desde tu aplicación.' },
  },
  duration(seconds: number): string {
    const whole = Math.max(0, Math.round(seconds));
    const parts = [
      plural(Math.floor(whole / 3600), 'hora', 'horas'),
      plural(Math.floor(whole / 60) % 60, 'minuto', 'minutos'),
      plural(whole % 60, 'segundo', 'segundos'),
    ];
    const first = whole >= 3600 ? 0 : whole >= 60 ? 1 : 2;
    return parts.slice(first, first + 2).join(' y ');
  },
};

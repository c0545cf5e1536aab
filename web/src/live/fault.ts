// Why a broadcast cannot start or continue. texts/live.ts has a text for each code.

import type { Problem } from '../webrtc/http-failure.ts';
import { isInApp } from './browser.ts';
import { HttpFailure } from '../webrtc/http-failure.ts';
import { NoConnection, UnusableAnswer } from '../webrtc/negotiation.ts';

export type FaultCode =
  // before publishing
  | 'insecure-context'
  | 'in-app-browser'
  | 'unsupported-browser'
  | 'camera-denied'
  | 'camera-missing'
  | 'camera-in-use'
  | 'camera-failed'
  | 'microphone-missing'
  | 'microphone-in-use'
  | 'microphone-failed'
  // the server's response
  | 'not-allowed'
  | 'stream-gone'
  // The organiser has ended the stream, or has stopped this phone.
  | 'stream-ended'
  | 'stream-busy'
  | 'refused'
  | 'video-refused'
  | 'server-failed'
  | 'server-full'
  // the connection
  | 'unreachable'
  | 'no-connection'
  | 'connection-lost'
  // the video
  | 'no-picture';

export class Fault extends Error {
  readonly code: FaultCode;
  readonly problem: Problem | undefined;
  readonly retryAfter: number | undefined;

  constructor(code: FaultCode, problem?: Problem, retryAfter?: number) {
    super(code);
    this.code = code;
    this.problem = problem;
    this.retryAfter = retryAfter;
  }
}

/** Whether a retry may succeed without the user doing anything. */
export function passes(fault: Fault): boolean {
  switch (fault.code) {
    case 'stream-busy':
    case 'server-failed':
    case 'server-full':
    case 'unreachable':
    case 'no-connection':
    case 'connection-lost':
    case 'no-picture':
      return true;
    default:
      return false;
  }
}

/** Whether a problem says that the organiser has ended the stream, or has stopped this phone. */
export const saysEnded = (problem: Problem | undefined): boolean =>
  /[:/](stream-ended|session-stopped)$/.test(problem?.type ?? '');

function codeOf({ status, problem }: HttpFailure): FaultCode {
  if (saysEnded(problem)) return 'stream-ended';
  if (status === 401 || status === 403) return 'not-allowed';
  if (status === 404 || status === 410) return 'stream-gone';
  if (status === 409) return 'stream-busy';
  if (status === 408 || status === 425 || status === 429 || status === 503) return 'server-full';
  return status >= 500 ? 'server-failed' : 'refused';
}

/** The fault for an error thrown while creating a session. */
export function faultOf(error: unknown): Fault {
  if (error instanceof Fault) return error;
  if (error instanceof HttpFailure) return new Fault(codeOf(error), error.problem, error.retryAfter);
  if (error instanceof UnusableAnswer)
    return new Fault(error.refused.includes('video') ? 'video-refused' : 'server-failed');
  if (error instanceof NoConnection) return new Fault('no-connection');
  // fetch throws a TypeError if there is no response, and an AbortError after our timeout.
  const name = error instanceof Error ? error.name : '';
  return new Fault(name === 'TypeError' || name === 'AbortError' ? 'unreachable' : 'server-failed');
}

const ofMicrophone: Partial<Record<FaultCode, FaultCode>> = {
  'camera-missing': 'microphone-missing',
  'camera-in-use': 'microphone-in-use',
  'camera-failed': 'microphone-failed',
};

/** The same fault, of the microphone, or undefined if it cannot be the microphone's. */
export function microphoneFaultOf({ code }: Fault): Fault | undefined {
  const own = ofMicrophone[code];
  return own && new Fault(own);
}

/** Whether a broadcast without sound is possible. */
export const isOfMicrophone = ({ code }: Fault): boolean => Object.values(ofMicrophone).includes(code);

/** The fault for an error thrown by getUserMedia. */
export function cameraFaultOf(error: unknown): Fault {
  const name = error instanceof Error || error instanceof DOMException ? error.name : '';
  // Some apps have the camera's API and always deny it. Their users find no setting to change.
  if (name === 'NotAllowedError' || name === 'PermissionDeniedError')
    return new Fault(isInApp() ? 'in-app-browser' : 'camera-denied');
  if (name === 'SecurityError') return new Fault('insecure-context');
  if (name === 'NotFoundError' || name === 'DevicesNotFoundError') return new Fault('camera-missing');
  if (name === 'NotReadableError' || name === 'TrackStartError' || name === 'AbortError')
    return new Fault('camera-in-use');
  return new Fault('camera-failed');
}

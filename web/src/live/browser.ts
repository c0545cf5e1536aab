// Detects what this browser cannot do before the user is asked for anything.

import type { FaultCode } from './fault.ts';

// In-app browsers usually have no camera access.
const inApp =
  /FBAN|FBAV|FB_IAB|Instagram|Line\/|MicroMessenger|BytedanceWebview|musical_ly|TikTok|Snapchat|Pinterest|LinkedInApp|Twitter|GSA\//;

export const isInApp = (userAgent = navigator.userAgent): boolean => inApp.test(userAgent);

/** Why this browser cannot broadcast, or undefined if it can. */
export function captureFault(): FaultCode | undefined {
  if (!window.isSecureContext) return 'insecure-context';
  if (!(navigator.mediaDevices as MediaDevices | undefined)?.getUserMedia)
    return isInApp() ? 'in-app-browser' : 'unsupported-browser';
  if (!('RTCPeerConnection' in window)) return 'unsupported-browser';
  return undefined;
}

export const isAndroid = (userAgent = navigator.userAgent): boolean => /\bAndroid\b/.test(userAgent);

/** An iPad claims to be a Mac but has a touch screen. */
const isIos = (userAgent: string): boolean =>
  /\b(iPhone|iPad|iPod)\b/.test(userAgent) ||
  (/\bMacintosh\b/.test(userAgent) && navigator.maxTouchPoints > 1);

/** The operating system whose settings the user needs to open. */
export function system(userAgent = navigator.userAgent): 'ios' | 'android' | 'desktop' {
  if (isIos(userAgent)) return 'ios';
  return isAndroid(userAgent) ? 'android' : 'desktop';
}

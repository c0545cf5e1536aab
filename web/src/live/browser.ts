// What this browser cannot do, found out before anybody is asked for anything.

import type { FaultCode } from './fault.ts';

// Browsers inside other apps show a page to read, and have no camera.
const inApp =
  /FBAN|FBAV|FB_IAB|Instagram|Line\/|MicroMessenger|BytedanceWebview|musical_ly|TikTok|Snapchat|Pinterest|LinkedInApp|Twitter|GSA\//;

export const isInApp = (userAgent = navigator.userAgent): boolean => inApp.test(userAgent);

/** Why there can be no broadcast from here, if so. */
export function captureFault(): FaultCode | undefined {
  if (!window.isSecureContext) return 'insecure-context';
  if (!(navigator.mediaDevices as MediaDevices | undefined)?.getUserMedia)
    return isInApp() ? 'in-app-browser' : 'unsupported-browser';
  if (!('RTCPeerConnection' in window)) return 'unsupported-browser';
  return undefined;
}

export const isAndroid = (userAgent = navigator.userAgent): boolean => /\bAndroid\b/.test(userAgent);

/** An iPad says that it is a Mac, with fingers. */
const isIos = (userAgent: string): boolean =>
  /\b(iPhone|iPad|iPod)\b/.test(userAgent) ||
  (/\bMacintosh\b/.test(userAgent) && navigator.maxTouchPoints > 1);

/** Whose settings a person has to look for. */
export function system(userAgent = navigator.userAgent): 'ios' | 'android' | 'desktop' {
  if (isIos(userAgent)) return 'ios';
  return isAndroid(userAgent) ? 'android' : 'desktop';
}

// The getStats() fields that are read here. Browsers differ in which ones they have.
export interface Stat {
  id: string;
  type: string;
  timestamp: number;
  kind?: string;
  nominated?: boolean;
  responsesReceived?: number;
  requestsReceived?: number;
  bytesReceived?: number;
  bytesSent?: number;
  framesEncoded?: number;
  framesDecoded?: number;
  packetsLost?: number;
  packetsReceived?: number;
  fractionLost?: number;
  roundTripTime?: number;
  qualityLimitationReason?: string;
  frameHeight?: number;
  jitterBufferDelay?: number;
  jitterBufferEmittedCount?: number;
  codecId?: string;
  mimeType?: string;
}

export function eachStat(stats: RTCStatsReport, visit: (each: Stat) => void): void {
  stats.forEach((each: Stat) => visit(each));
}

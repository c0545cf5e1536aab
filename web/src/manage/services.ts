// Services that take a broadcast, each with the server that it documents and what all its servers' names end with.

export interface Service {
  name: string;
  url: string;
  hosts: RegExp;
}

export const services: Service[] = [
  { name: 'YouTube', url: 'rtmps://a.rtmps.youtube.com/live2', hosts: /\.youtube\.com$/ },
  { name: 'Facebook', url: 'rtmps://live-api-s.facebook.com:443/rtmp/', hosts: /\.facebook\.com$/ },
  {
    name: 'Twitch',
    url: 'rtmps://ingest.global-contribute.live-video.net/app',
    hosts: /\.(live-video\.net|twitch\.tv)$/,
  },
];

const hostOf = (url: string): string => /^\w+:\/\/([^/:]+)/.exec(url)?.[1] ?? '';

/** The service's name, or the address where it is of none or one of several at the same service. */
export function nameOf(url: string, all: string[]): string {
  const serviceOf = (each: string) => services.find(({ hosts }) => hosts.test(hostOf(each)));
  const service = serviceOf(url);
  const alone = all.filter((each) => serviceOf(each) === service).length < 2;
  return service && alone ? service.name : url;
}

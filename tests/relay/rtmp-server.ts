// An independent RTMP server: nginx with its RTMP module. Each publishing session becomes one FLV file, which shows
// what arrived and in how many sessions.

import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from './free-port.ts';
import { atEnd, start, until } from './processes.ts';
import type { Program } from './processes.ts';

const run = promisify(execFile);

export interface Stream {
  codec_name: string;
  codec_type: 'video' | 'audio';
  profile?: string;
  width?: number;
  height?: number;
  sample_rate?: string;
  channels?: number;
}

export interface Packet {
  codec_type: 'video' | 'audio';
  pts_time: string;
  dts_time: string;
  flags: string;
}

export interface Recording {
  streams: Stream[];
  packets: Packet[];
}

export interface RtmpServer {
  url: string;
  port: number;
  /** The files of a stream key's sessions so far, oldest first. */
  files(key: string): string[];
  size(key: string): number;
  read(file: string): Promise<Recording>;
  /** The sizes of the picture in their order. Decodes key frames only, of which each size begins with one. */
  sizes(file: string): Promise<string[]>;
  /** What the decoder complains about. */
  complaints(file: string): Promise<string>;
  stop(): Promise<void>;
  /** Starts again on the same port. */
  restart(): Promise<void>;
  program(): Program;
}

function configuration(folder: string, port: number): string {
  return `
daemon off;
master_process off;
user root;
pid ${folder}/nginx.pid;
error_log stderr warn;
load_module /usr/lib/nginx/modules/ngx_rtmp_module.so;
events { worker_connections 256; }
rtmp {
  server {
    listen 127.0.0.1:${port};
    chunk_size 4096;
    application live {
      live on;
      record all;
      record_path ${folder};
      record_suffix -%s.flv;
      record_unique on;
    }
  }
}
`;
}

/** Decodes the picture of a file. */
function decode(path: string, ...how: string[]): Promise<{ stdout: string; stderr: string }> {
  const fields = ['-select_streams', 'v', '-show_entries', 'frame=width,height', '-of', 'csv=p=0:s=x'];
  return run('ffprobe', ['-v', 'error', ...how, ...fields, path], { maxBuffer: 1 << 26 });
}

export async function startRtmpServer(): Promise<RtmpServer> {
  const folder = mkdtempSync(join(tmpdir(), 'whip-mux-rtmp-'));
  atEnd(() => rmSync(folder, { recursive: true, force: true }));
  const port = await freePort();
  const file = join(folder, 'nginx.conf');
  writeFileSync(file, configuration(folder, port));
  let nginx = start('/usr/sbin/nginx', ['-c', file, '-p', folder]);
  const ready = (): Promise<unknown> =>
    until('nginx listens', () => run('bash', ['-c', `: </dev/tcp/127.0.0.1/${port}`]).catch(() => undefined));
  await ready();

  const files = (key: string): string[] =>
    readdirSync(folder)
      .filter((name) => name.startsWith(`${key}-`))
      .sort()
      .map((name) => join(folder, name));
  return {
    url: `rtmp://127.0.0.1:${port}/live/`,
    port,
    files,
    size: (key) => files(key).reduce((sum, each) => sum + statSync(each).size, 0),
    read: async (path) => {
      const fields =
        'stream=codec_name,codec_type,profile,width,height,sample_rate,channels:packet=codec_type,pts_time,dts_time,flags';
      const args = [
        '-v',
        'error',
        '-show_entries',
        fields,
        '-show_packets',
        '-show_streams',
        '-of',
        'json',
        path,
      ];
      const { stdout } = await run('ffprobe', args, { maxBuffer: 1 << 26 });
      return JSON.parse(stdout) as Recording;
    },
    sizes: async (path) => {
      const { stdout } = await decode(path, '-skip_frame', 'nokey');
      const sizes = stdout
        .split('\n')
        .map((line) => line.replace(/x$/, ''))
        .filter(Boolean);
      return sizes.filter((size, index) => size !== sizes[index - 1]);
    },
    complaints: async (path) => (await decode(path)).stderr.match(/^\[h264.*$/gm)?.join('\n') ?? '',
    stop: async () => void (await nginx.stop()),
    restart: async () => {
      nginx = start('/usr/sbin/nginx', ['-c', file, '-p', folder]);
      await ready();
    },
    program: () => nginx,
  };
}

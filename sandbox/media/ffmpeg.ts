// ffmpeg and ffprobe as child processes. Media goes through pipes and files, so no secret appears in their arguments.

import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const quiet = ['-hide_banner', '-nostats', '-loglevel', 'error'];

/** A process that runs until its input ends. */
export interface Running {
  process: ChildProcess;
  /** Resolves with its error output, which may be empty. */
  ended: Promise<string>;
}

export interface Circumstances {
  /** The working directory. */
  folder?: string;
  /** Whether to kill it with this process. A process that reads from a pipe ends cleanly by itself. */
  dies?: boolean;
}

export function startFfmpeg(args: string[], { folder, dies = false }: Circumstances = {}): Running {
  const prefix = dies ? ['setpriv', '--pdeathsig', 'KILL'] : [];
  const [command = '', ...rest] = [...prefix, 'ffmpeg', ...quiet, ...args];
  const child = spawn(command, rest, { cwd: folder, stdio: ['pipe', 'pipe', 'pipe'] });
  let complaints = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    complaints = (complaints + text).slice(-2000);
  });
  // It may end before it has read everything; `ended` reports that.
  child.stdin?.on('error', () => undefined);
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(`ffmpeg cannot be started: ${error.message}`));
    child.once('close', (code) => resolve(code === 0 ? '' : complaints || `ffmpeg ended with ${code}`));
  });
  return { process: child, ended };
}

export async function ffmpeg(args: string[], folder: string): Promise<void> {
  await run('ffmpeg', [...quiet, '-nostdin', '-y', ...args], { cwd: folder });
}

/** The tracks of a recording. */
export interface Picture {
  width: number;
  height: number;
  framesPerSecond: number;
  audioChannels: number;
}

interface Probed {
  streams: {
    codec_type: string;
    width?: number;
    height?: number;
    avg_frame_rate?: string;
    channels?: number;
  }[];
}

export async function probePicture(file: string): Promise<Picture> {
  const entries = 'stream=codec_type,width,height,avg_frame_rate,channels';
  const { stdout } = await run('ffprobe', ['-v', 'error', '-show_entries', entries, '-of', 'json', file]);
  const { streams } = JSON.parse(stdout) as Probed;
  const video = streams.find(({ codec_type: type }) => type === 'video');
  const audio = streams.find(({ codec_type: type }) => type === 'audio');
  const [frames = 0, seconds = 1] = (video?.avg_frame_rate ?? '0/1').split('/').map(Number);
  return {
    width: video?.width ?? 0,
    height: video?.height ?? 0,
    framesPerSecond: seconds > 0 ? Math.round((frames / seconds) * 1000) / 1000 : 0,
    audioChannels: audio?.channels ?? 0,
  };
}

// Chooses the captions to show: the language remembered on this device. Until the user picks one, whatever the system
// shows by itself, which is nothing unless captions are enabled there.

import { keep, recall } from '../storage.ts';
import { Emitter } from '../webrtc/emitter.ts';

export interface CaptionChoice {
  /** Of the available tracks. */
  names: string[];
  /** Index of the visible track, or -1. */
  shown: number;
}

interface CaptionEvents {
  change: CaptionChoice;
}

const kept = 'whip-mux.captions';
const off = 'off';
const events = ['addtrack', 'removetrack', 'change'];

const nameOf = ({ label, language }: TextTrack): string => label || language;

export class Captions extends Emitter<CaptionEvents> {
  private readonly list: TextTrackList;
  private readonly onChange = ({ type }: Event) => {
    if (type === 'addtrack') this.asChosen();
    this.tell();
  };

  constructor(list: TextTrackList) {
    super();
    this.list = list;
    for (const event of events) list.addEventListener(event, this.onChange);
  }

  /** Shows a track now and on later visits; -1 for none. */
  choose(index: number): void {
    const track = this.tracks()[index];
    keep('device', kept, track ? track.language || track.label : off);
    this.show(track);
  }

  dispose(): void {
    for (const event of events) this.list.removeEventListener(event, this.onChange);
  }

  private tracks(): TextTrack[] {
    return Array.from(this.list).filter(({ kind }) => kind === 'captions' || kind === 'subtitles');
  }

  private asChosen(): void {
    const chosen = recall('device', kept);
    const tracks = this.tracks();
    if (chosen === undefined || tracks.length === 0) return;
    const same = tracks.find(({ language, label }) => (language || label) === chosen);
    this.show(chosen === off ? undefined : (same ?? tracks[0]));
  }

  // A `hidden` track is loaded as well.
  private show(shown: TextTrack | undefined): void {
    for (const track of this.tracks()) {
      const mode = track === shown ? 'showing' : 'disabled';
      if (track.mode !== mode) track.mode = mode;
    }
  }

  private tell(): void {
    const tracks = this.tracks();
    this.emit('change', {
      names: tracks.map(nameOf),
      shown: tracks.findIndex(({ mode }) => mode === 'showing'),
    });
  }
}

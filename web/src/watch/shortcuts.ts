// The player's keys, as in other players: Space and K, arrows, J and L, M, F, C, 0 to 9.

export type Command =
  | { do: 'toggle' | 'mute' | 'fullscreen' | 'captions' }
  /** Seconds to go forward, or back. */
  | { do: 'seek'; by: number }
  /** A part of the whole, from 0 to 1. */
  | { do: 'jump'; to: number }
  | { do: 'volume'; by: number };

const letters: Record<string, Command> = {
  k: { do: 'toggle' },
  ' ': { do: 'toggle' },
  m: { do: 'mute' },
  f: { do: 'fullscreen' },
  c: { do: 'captions' },
  j: { do: 'seek', by: -10 },
  l: { do: 'seek', by: 10 },
  ArrowLeft: { do: 'seek', by: -5 },
  ArrowRight: { do: 'seek', by: 5 },
  ArrowUp: { do: 'volume', by: 0.1 },
  ArrowDown: { do: 'volume', by: -0.1 },
};

/** What a key asks for, or undefined if it belongs to the element with the focus or to the browser. */
export function commandOf({ key, target, ctrlKey, metaKey, altKey }: KeyboardEvent): Command | undefined {
  if (ctrlKey || metaKey || altKey) return undefined;
  const at = target instanceof Element ? target : undefined;
  const slider = at?.getAttribute('type') === 'range';
  if (at?.matches('select, textarea, input') && !slider) return undefined;
  // Space presses the button with the focus.
  if (key === ' ' && at?.matches('button, a, summary')) return undefined;
  const vertical = key === 'ArrowUp' || key === 'ArrowDown';
  if (slider && key.startsWith('Arrow')) {
    const seeks = at?.hasAttribute('data-seek') === true;
    if (!seeks) return undefined;
    return { do: 'seek', by: key === 'ArrowRight' || key === 'ArrowUp' ? 5 : -5 };
  }
  if (vertical && at?.closest('[data-list]')) return undefined;
  if (/^[0-9]$/.test(key)) return { do: 'jump', to: Number(key) / 10 };
  return letters[key.length === 1 ? key.toLowerCase() : key];
}

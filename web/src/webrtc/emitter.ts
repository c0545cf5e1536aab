// A typed event emitter.
export class Emitter<Events> {
  private readonly listeners = new Map<keyof Events, Set<(detail: never) => void>>();

  /** Returns a function that removes the listener. */
  on<Name extends keyof Events>(name: Name, listener: (detail: Events[Name]) => void): () => void {
    const listeners = this.listeners.get(name) ?? new Set();
    this.listeners.set(name, listeners);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  protected emit<Name extends keyof Events>(name: Name, detail: Events[Name]): void {
    for (const listener of Array.from(this.listeners.get(name) ?? [])) listener(detail as never);
  }
}

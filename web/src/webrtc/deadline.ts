// A signal that aborts after the given time or when `parent` aborts. Call `done` to clear the timer.
export function deadline(
  milliseconds: number,
  parent?: AbortSignal,
): { signal: AbortSignal; done: () => void } {
  const controller = new AbortController();
  const abort = () => controller.abort();
  const timer = setTimeout(abort, milliseconds);
  parent?.addEventListener('abort', abort);
  if (parent?.aborted) abort();
  const done = () => {
    clearTimeout(timer);
    parent?.removeEventListener('abort', abort);
  };
  return { signal: controller.signal, done };
}

import { setTimeout as sleep } from 'node:timers/promises';

/** Asks `probe` every 20 ms until it gives a value; after `timeoutMs` throws what `onTimeout` makes. */
export async function waitFor<T>(probe: () => Promise<T | undefined>, timeoutMs: number, onTimeout: () => Error): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const value = await probe();
    if (value !== undefined) return value;
    if (performance.now() > deadline) throw onTimeout();
    await sleep(20);
  }
}

/** True when `event` came within `timeoutMs`. */
export async function happensWithin(event: Promise<unknown>, timeoutMs: number): Promise<boolean> {
  const cancel = new AbortController();
  try {
    return await Promise.race([event.then(() => true), sleep(timeoutMs, false, { signal: cancel.signal }).catch(() => false)]);
  } finally {
    cancel.abort();
  }
}

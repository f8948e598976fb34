import type { Write } from './journal.ts';

export interface ArchivedEvent {
  readonly id: string;
  readonly text: string;
  /** Milliseconds since 1970. */
  readonly occurredAt: number;
}

export function archivedWrite(archive: string, { id, text, occurredAt }: ArchivedEvent): Write {
  return { put: `${archivedKey(archive, occurredAt)}/${id}`, value: text };
}

/** Sorts before every event of that millisecond or later, and after all earlier ones. */
export function archivedKey(archive: string, at: number): string {
  return `${archivedPrefix(archive)}${String(Math.max(0, at)).padStart(16, '0')}`;
}

export function archivedPrefix(archive: string): string {
  return `archived/${archive}/`;
}

export function archivedEvent(key: string, text: string): ArchivedEvent {
  const [, , at, id = ''] = key.split('/');
  return { id, text, occurredAt: Number(at) };
}

import { readFileSync, readdirSync } from 'node:fs';

const folder = new URL('../fixtures/', import.meta.url);

export interface Fixture {
  readonly event: string;
  readonly schemaVersion: number;
  readonly payload: unknown;
}

/** The sample payload of every released version. Never edit one: it stands for events that are stored. */
export const fixtures: readonly Fixture[] = readdirSync(folder).flatMap((file) => {
  const [, event, version] = /^(.+)\.v(\d+)\.json$/.exec(file) ?? [];
  return event ? [{ event, schemaVersion: Number(version), payload: readJson(file) }] : [];
});

export function readJson(file: string): unknown {
  return JSON.parse(readFileSync(new URL(file, folder), 'utf8'));
}

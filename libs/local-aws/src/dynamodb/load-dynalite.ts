import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import { SyncedLevel } from './synced-level.ts';

interface DynaliteOptions {
  path?: string;
  createTableMs: number;
  deleteTableMs: number;
  updateTableMs: number;
}

type Dynalite = (options: DynaliteOptions) => Server;

/**
 * dynalite has no option for synced writes and takes its `Level` from the package of that name when it is loaded. Only for that
 * moment the package offers ours; whoever else loads it gets the original.
 */
function load(): Dynalite {
  const require = createRequire(import.meta.url);
  const entry = require.resolve('dynalite');
  const level: { Level: unknown } = createRequire(entry)('level');
  const original = level.Level;
  level.Level = SyncedLevel;
  try {
    return require(entry);
  } finally {
    level.Level = original;
  }
}

export const dynalite: Dynalite = load();

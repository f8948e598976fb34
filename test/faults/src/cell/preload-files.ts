import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What every process under test loads first. */
export const PRELOAD: string = join(import.meta.dirname, '..', 'preload', 'main.js');
/** Where imports lead; written by `recordResolutions`. */
export const RESOLUTIONS: string = join(tmpdir(), `edtech-resolutions-${process.pid}.json`);

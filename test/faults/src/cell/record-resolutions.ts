import { join } from 'node:path';
import { ProcessUnderTest } from '@edtech/shared-kernel/testing';
import { PRELOAD, RESOLUTIONS } from './preload-files.ts';

/** Once per run, before the first cell starts. */
export async function recordResolutions(): Promise<void> {
  const recorder = await ProcessUnderTest.start({
    name: 'recorder',
    module: join(import.meta.dirname, '..', 'preload', 'record.js'),
    execArgv: ['--import', PRELOAD],
    env: { PATH: process.env['PATH'], FAULT_RESOLUTIONS: RESOLUTIONS, FAULT_RECORD_RESOLUTIONS: '1' },
  });
  const { code } = await recorder.exited;
  if (code !== 0) throw new Error(`the imports could not be recorded:\n${recorder.lastWords}`);
}

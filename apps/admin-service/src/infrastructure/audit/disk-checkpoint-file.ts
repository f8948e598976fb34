import { mkdir, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import type { RecordedCheckpoint } from '../../application/interfaces/audit-log.interface.ts';
import { CheckpointFile, UnreadableCheckpoints } from '../../application/interfaces/checkpoint-file.interface.ts';

const checkpoint = z.object({
  seq: z.int().min(1),
  rootHash: z.string(),
  keyId: z.string(),
  signature: z.string(),
  recordedAt: z.iso.datetime(),
});

/** One checkpoint a line. A line that a crash left half-written is none, and is written again. */
export class DiskCheckpointFile extends CheckpointFile {
  constructor(private readonly path: string) {
    super();
  }

  async read(): Promise<RecordedCheckpoint[]> {
    const lines = (await this.#text()).split('\n').slice(0, -1);
    return lines.filter((line) => line !== '').map((line, index) => this.#parse(line, index + 1));
  }

  async append(checkpoints: readonly RecordedCheckpoint[]): Promise<void> {
    await mkdir(dirname(this.path), { recursive: true });
    const text = await this.#text();
    const file = await open(this.path, 'a', 0o600);
    try {
      if (text !== '' && !text.endsWith('\n')) await file.truncate(Buffer.byteLength(text.slice(0, text.lastIndexOf('\n') + 1)));
      await file.appendFile(checkpoints.map((one) => `${JSON.stringify(one)}\n`).join(''));
      await file.sync();
    } finally {
      await file.close();
    }
  }

  async #text(): Promise<string> {
    try {
      return await readFile(this.path, 'utf8');
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
      throw error;
    }
  }

  #parse(line: string, number: number): RecordedCheckpoint {
    try {
      return checkpoint.parse(JSON.parse(line));
    } catch (cause) {
      throw new UnreadableCheckpoints(this.path, number, { cause });
    }
  }
}

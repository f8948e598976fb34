import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { NotFound } from '@edtech/shared-kernel';
import { DocumentStore } from '../../application/interfaces/document-store.interface.ts';

/** `<folder>/<tutorId>/<sha256>`. A file under its final name is complete and survives a power failure. */
export class DiskDocumentStore extends DocumentStore {
  constructor(private readonly folder: string) {
    super();
  }

  async put(tutorId: string, sha256: string, bytes: Uint8Array): Promise<void> {
    const path = this.#path(tutorId, sha256);
    const folder = dirname(path);
    await mkdir(folder, { recursive: true });
    const temporary = join(folder, `.${randomUUID()}`);
    try {
      await withFile(temporary, 'wx', async (file) => {
        await file.writeFile(bytes);
        await file.sync();
      });
      await rename(temporary, path);
    } finally {
      await rm(temporary, { force: true });
    }
    for (const changed of [folder, this.folder]) await withFile(changed, 'r', (file) => file.sync());
  }

  async get(tutorId: string, sha256: string): Promise<Uint8Array> {
    return readFile(this.#path(tutorId, sha256)).catch((error: unknown) => {
      throw isAbsent(error) ? new NotFound('Document', sha256) : error;
    });
  }

  async remove(tutorId: string, sha256: string): Promise<void> {
    await rm(this.#path(tutorId, sha256), { force: true });
  }

  async removeAll(tutorId: string): Promise<void> {
    await rm(this.#path(tutorId), { recursive: true, force: true });
  }

  /** Throws NotFound for names that could lead out of the folder. */
  #path(...names: string[]): string {
    const odd = names.find((name) => !/^[A-Za-z0-9-]+$/.test(name));
    if (odd !== undefined) throw new NotFound('Document', odd);
    return join(this.folder, ...names);
  }
}

async function withFile(path: string, flags: string, work: (file: FileHandle) => Promise<void>): Promise<void> {
  const file = await open(path, flags);
  try {
    await work(file);
  } finally {
    await file.close();
  }
}

function isAbsent(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

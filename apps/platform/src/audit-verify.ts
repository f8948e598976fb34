import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { verifyAuditExport, type ExportVerdict } from '@edtech/admin-service';
import type { PlatformConfig } from './config.ts';

/**
 * Judges a file that `GET /admin/audit/export` wrote. Checkpoints and key are those that admin-service is started with, or lie in the data folder of the
 * platform; without checkpoints the chain alone is judged. Throws NoEntries and what `verifyAuditExport` throws; a file that cannot be read too.
 */
export async function verifyAuditFile(file: string, { env, dataDir }: PlatformConfig): Promise<ExportVerdict> {
  const verdict = await verifyAuditExport(linesOf(file), {
    checkpoints: env['ADMIN_AUDIT_CHECKPOINTS'] ?? join(dataDir, 'audit', 'checkpoints.ndjson'),
    key: env['ADMIN_AUDIT_KEY'] ?? join(dataDir, 'audit', 'key.pem'),
  });
  if (verdict.ok && verdict.count === 0) throw new NoEntries(file);
  return verdict;
}

/** As they are asked for: a reader of lines that starts by itself loses those that come before somebody listens. */
async function* linesOf(file: string): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of createReadStream(file, 'utf8')) {
    const lines = `${rest}${chunk}`.split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}

export function auditReport(file: string, verdict: ExportVerdict): string {
  if (!verdict.ok) return `${file} is not the audit as it was written\n  entry ${verdict.seq}: ${verdict.reason}`;
  const { count, root, signedUpTo } = verdict;
  return [
    `${file}: ${count} entries, each as it was written, none missing and none moved`,
    `  root    ${root}`,
    `  signed  ${signature(count, signedUpTo)}`,
  ].join('\n');
}

function signature(count: number, signedUpTo: number): string {
  if (signedUpTo === 0) return 'no checkpoint is here; somebody who wrote the whole chain anew would not be found';
  if (signedUpTo <= count) return `up to entry ${signedUpTo} by this installation`;
  return `up to entry ${signedUpTo} by this installation: the file is older than that, or its end was cut off`;
}

/** There is nothing that could be judged. */
export class NoEntries extends Error {
  readonly code = 'NO_ENTRIES';

  constructor(file: string) {
    super(`${file} is empty; write it with GET /admin/audit/export`);
    this.name = 'NoEntries';
  }
}

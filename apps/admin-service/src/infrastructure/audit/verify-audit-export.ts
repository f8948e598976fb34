import { createHash } from 'node:crypto';
import { AuditChain, type ChainFlaw } from '../../domain/services/audit-chain.ts';
import { DiskCheckpointFile } from './disk-checkpoint-file.ts';
import { Ed25519AuditSeal } from './ed25519-audit-seal.ts';
import { exportedEntry } from './exported-entry.ts';

export type ExportVerdict =
  | {
      readonly ok: true;
      readonly count: number;
      readonly root: string;
      /** The newest entry that a checkpoint was signed for; beyond `count` the export is older than it, or was cut. 0: no checkpoint. */
      readonly signedUpTo: number;
    }
  | ({ readonly ok: false } & ChainFlaw);

/** Files of the installation that the export comes from. */
export interface AuditSignatures {
  readonly checkpoints: string;
  readonly key: string;
}

/**
 * Holds an exported audit, line by line, against its own chain and, where they are given, the checkpoints beside the database. Needs nothing else of
 * the service. Throws UnreadableCheckpoints, and AuditKeyMissing when there are checkpoints and no key.
 */
export async function verifyAuditExport(
  lines: AsyncIterable<string> | Iterable<string>,
  signatures?: AuditSignatures,
): Promise<ExportVerdict> {
  const checkpoints = signatures === undefined ? [] : await new DiskCheckpointFile(signatures.checkpoints).read();
  const forged = signatures && (await new Ed25519AuditSeal(signatures.key, false).forgedAmong(checkpoints));
  if (forged !== undefined) return { ok: false, ...forged };
  const chain = new AuditChain(checkpoints, (text) => createHash('sha256').update(text).digest('hex'));
  for await (const line of lines) {
    const entry = exportedEntry(line);
    const next = chain.end.seq + 1;
    const flaw = entry === undefined ? { seq: next, reason: 'the line is none that the export wrote' } : chain.take(entry);
    if (flaw !== undefined) return { ok: false, ...flaw };
  }
  return { ok: true, count: chain.end.seq, root: chain.end.hash, signedUpTo: chain.signedUpTo };
}

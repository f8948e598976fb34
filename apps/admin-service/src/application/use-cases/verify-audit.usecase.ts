import { Injectable } from '@nestjs/common';
import { CHAIN_START, flawOf } from '../../domain/entities/audit-entry.entity.ts';
import { AuditLog, type RecordedCheckpoint } from '../interfaces/audit-log.interface.ts';
import { AuditSeal } from '../interfaces/audit-seal.interface.ts';
import { CheckpointFile } from '../interfaces/checkpoint-file.interface.ts';

export type AuditVerdict =
  | { readonly ok: true; readonly count: number; readonly root: string }
  | { readonly ok: false; readonly seq: number; readonly reason: string };

/**
 * Walks the whole chain and holds it against every checkpoint, in the database and beside it. The first entry that was changed, removed or
 * moved is named; of a chain that was cut, the first entry that is gone.
 */
@Injectable()
export class VerifyAuditUseCase {
  constructor(
    private readonly log: AuditLog,
    private readonly seal: AuditSeal,
    private readonly file: CheckpointFile,
  ) {}

  async execute(): Promise<AuditVerdict> {
    const checkpoints = [...(await this.log.checkpoints()), ...(await this.file.read())];
    for (const checkpoint of checkpoints) {
      if (!(await this.seal.isGenuine(checkpoint)))
        return { ok: false, seq: checkpoint.seq, reason: 'the checkpoint is not signed with the key of this installation' };
    }
    const signed = Map.groupBy(checkpoints, ({ seq }) => seq);
    let end = CHAIN_START;
    for await (const batch of this.log.batches()) {
      for (const entry of batch) {
        const reason = flawOf(entry, end, this.log.digest) ?? contradiction(entry.hash, signed.get(entry.seq));
        if (reason !== undefined) return { ok: false, seq: Math.min(entry.seq, end.seq + 1), reason };
        end = entry;
      }
    }
    const newest = Math.max(0, ...checkpoints.map(({ seq }) => seq));
    if (newest > end.seq)
      return { ok: false, seq: end.seq + 1, reason: `the end is missing: a checkpoint was signed at entry ${newest}` };
    return { ok: true, count: end.seq, root: end.hash };
  }
}

function contradiction(hash: string, checkpoints: readonly RecordedCheckpoint[] = []): string | undefined {
  return checkpoints.every(({ rootHash }) => rootHash === hash) ? undefined : 'the chain is not the one that was signed here';
}

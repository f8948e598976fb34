import { Injectable } from '@nestjs/common';
import { AuditChain } from '../../domain/services/audit-chain.ts';
import { AuditLog } from '../interfaces/audit-log.interface.ts';
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
    const forged = await this.seal.forgedAmong(checkpoints);
    if (forged !== undefined) return { ok: false, ...forged };
    const chain = new AuditChain(checkpoints, this.log.digest);
    for await (const batch of this.log.batches()) {
      for (const entry of batch) {
        const flaw = chain.take(entry);
        if (flaw !== undefined) return { ok: false, ...flaw };
      }
    }
    const { seq, hash } = chain.end;
    if (chain.signedUpTo > seq) {
      return { ok: false, seq: seq + 1, reason: `the end is missing: a checkpoint was signed at entry ${chain.signedUpTo}` };
    }
    return { ok: true, count: seq, root: hash };
  }
}

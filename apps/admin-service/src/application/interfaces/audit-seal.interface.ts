import type { Checkpoint } from '../../domain/entities/audit-checkpoint.entity.ts';
import type { ChainFlaw } from '../../domain/services/audit-chain.ts';

/** Signs checkpoints with the key of the installation. */
export abstract class AuditSeal {
  abstract sign(seq: number, rootHash: string): Promise<Checkpoint>;
  abstract isGenuine(checkpoint: Checkpoint): Promise<boolean>;

  /** The first that this key did not sign. */
  async forgedAmong(checkpoints: readonly Checkpoint[]): Promise<ChainFlaw | undefined> {
    for (const checkpoint of checkpoints) {
      if (!(await this.isGenuine(checkpoint)))
        return { seq: checkpoint.seq, reason: 'the checkpoint is not signed with the key of this installation' };
    }
    return undefined;
  }
}

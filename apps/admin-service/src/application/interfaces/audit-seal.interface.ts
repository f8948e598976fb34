import type { Checkpoint } from '../../domain/entities/audit-checkpoint.entity.ts';

/** Signs checkpoints with the key of the installation. */
export abstract class AuditSeal {
  abstract sign(seq: number, rootHash: string): Promise<Checkpoint>;
  abstract isGenuine(checkpoint: Checkpoint): Promise<boolean>;
}

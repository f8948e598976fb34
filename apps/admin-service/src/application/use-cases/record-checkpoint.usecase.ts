import { Clock, hours, Transaction } from '@edtech/shared-kernel/application';
import { Injectable } from '@nestjs/common';
import { AuditCheckpoint } from '../../domain/entities/audit-checkpoint.entity.ts';
import { AuditLog } from '../interfaces/audit-log.interface.ts';
import { AuditSeal } from '../interfaces/audit-seal.interface.ts';
import { CheckpointFile } from '../interfaces/checkpoint-file.interface.ts';

const EVERY_MS = hours(1);

/** Signs where the audit stands, once an hour and only when it has grown, and brings the file beside the database up to date. */
@Injectable()
export class RecordCheckpointUseCase {
  constructor(
    private readonly log: AuditLog,
    private readonly seal: AuditSeal,
    private readonly file: CheckpointFile,
    private readonly clock: Clock,
    private readonly transaction: Transaction,
  ) {}

  /** In a message context. Safe to repeat, also after a crash between database and file. */
  async execute(checkpointId: string): Promise<void> {
    const end = await this.log.end();
    const last = (await this.log.checkpoints()).at(-1);
    const due = last === undefined || this.clock.now().getTime() - Date.parse(last.recordedAt) >= EVERY_MS;
    if (end !== undefined && due && end.seq > (last?.seq ?? 0)) {
      const checkpoint = await this.seal.sign(end.seq, end.hash);
      await this.transaction.run(() => this.log.saveCheckpoint(AuditCheckpoint.make(checkpointId, checkpoint)));
    }
    const written = (await this.file.read()).at(-1)?.seq ?? 0;
    const missing = (await this.log.checkpoints()).filter(({ seq }) => seq > written);
    if (missing.length > 0) await this.file.append(missing);
  }
}

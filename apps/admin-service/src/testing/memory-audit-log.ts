import { createHash } from 'node:crypto';
import type { RecordedEvent } from '@edtech/shared-kernel/domain';
import { AuditLog, type RecordedCheckpoint } from '../application/interfaces/audit-log.interface.ts';
import type { Page } from '../application/interfaces/repository.interface.ts';
import { AuditCheckpoint } from '../domain/entities/audit-checkpoint.entity.ts';
import { auditEntryOf, CHAIN_START, flawOf, type AuditEntry, type ChainEnd } from '../domain/entities/audit-entry.entity.ts';
import type { AdminTables } from './admin-tables.ts';

/** Twin of the chain over Postgres. */
export class MemoryAuditLog extends AuditLog {
  constructor(private readonly tables: AdminTables) {
    super();
  }

  override readonly digest = (text: string): string => createHash('sha256').update(text).digest('hex');

  async add(event: RecordedEvent, source: string): Promise<void> {
    const { chain, entries } = this.tables;
    const end = (await chain.lock('chain')) ?? CHAIN_START;
    const entry = auditEntryOf(event, source, end, this.digest);
    if (!(await entries.insert(entry.eventId, entry))) return;
    chain.set('chain', { seq: entry.seq, hash: entry.hash });
  }

  async end(): Promise<ChainEnd | undefined> {
    return this.tables.chain.get('chain');
  }

  async *batches(): AsyncGenerator<readonly AuditEntry[]> {
    yield (await this.tables.entries.rows()).toSorted((a, b) => a.seq - b.seq);
  }

  async list(): Promise<Page<AuditEntry>> {
    return { items: await this.tables.entries.rows(), next: null };
  }

  async checkpoints(): Promise<RecordedCheckpoint[]> {
    return (await this.tables.checkpoints.rows()).map(({ state }) => state);
  }

  async saveCheckpoint(made: AuditCheckpoint): Promise<void> {
    const { database, checkpoints } = this.tables;
    const state = { ...made.checkpoint, recordedAt: made.position.recordedAt };
    await database.save(made, AuditCheckpoint.AGGREGATE_TYPE, checkpoints, state);
  }

  /** What is wrong with the chain as it is on disk; undefined: nothing. */
  flaw(): string | undefined {
    let end = CHAIN_START;
    for (const entry of [...this.tables.entries.committed.values()].toSorted((a, b) => a.seq - b.seq)) {
      const flaw = flawOf(entry, end, this.digest);
      if (flaw !== undefined) return `entry ${entry.seq}: ${flaw}`;
      end = entry;
    }
    return undefined;
  }
}

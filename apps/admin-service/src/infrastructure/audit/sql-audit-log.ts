import { createHash } from 'node:crypto';
import { AggregateTable, Database, UnitOfWork } from '@edtech/shared-kernel';
import type { RecordedEvent } from '@edtech/shared-kernel/domain';
import { Injectable } from '@nestjs/common';
import { asc } from 'drizzle-orm';
import { AuditLog, type AuditQuery, type RecordedCheckpoint } from '../../application/interfaces/audit-log.interface.ts';
import type { Page } from '../../application/interfaces/repository.interface.ts';
import { AuditCheckpoint } from '../../domain/entities/audit-checkpoint.entity.ts';
import { auditEntryOf, CHAIN_START, type AuditEntry, type ChainEnd } from '../../domain/entities/audit-entry.entity.ts';
import { auditCheckpoints } from '../database/schema.ts';
import { ListCursors } from '../repositories/list-cursors.ts';

/** Whoever adds an entry holds it until the commit: the next one must see this entry. */
const CHAIN_LOCK = 7_273_310;
const BATCH = 2_000;

/** Name of the column -> of the field, in the order of the table. */
const COLUMNS = {
  seq: 'seq',
  event_id: 'eventId',
  event_name: 'eventName',
  source: 'source',
  schema_version: 'schemaVersion',
  aggregate_type: 'aggregateType',
  aggregate_id: 'aggregateId',
  stream_version: 'streamVersion',
  occurred_at: 'occurredAt',
  recorded_at: 'recordedAt',
  correlation_id: 'correlationId',
  causation_id: 'causationId',
  user_id: 'userId',
  actor_id: 'actorId',
  actor_type: 'actorType',
  actor_role: 'actorRole',
  changed_fields: 'changedFields',
  payload_hash: 'payloadHash',
  prev_hash: 'prevHash',
  hash: 'hash',
} as const;
const NAMES = Object.keys(COLUMNS);
const INSERT = `INSERT INTO audit_entries (${NAMES.join(', ')}) VALUES (${NAMES.map((_, index) => `$${index + 1}`).join(', ')})
  ON CONFLICT (event_id) DO NOTHING`;
const SELECT = `SELECT ${Object.entries(COLUMNS)
  .map(([column, field]) => `${column} AS "${field}"`)
  .join(', ')} FROM audit_entries`;

type Row = Omit<AuditEntry, 'seq' | 'occurredAt' | 'recordedAt'> & {
  readonly seq: string;
  readonly occurredAt: Date;
  readonly recordedAt: Date;
};

@Injectable()
export class SqlAuditLog extends AuditLog {
  readonly #checkpoints = new AggregateTable(auditCheckpoints);

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly database: Database,
    private readonly cursors: ListCursors,
  ) {
    super();
  }

  override readonly digest = (text: string): string => createHash('sha256').update(text).digest('hex');

  async add(event: RecordedEvent, source: string): Promise<void> {
    const client = await this.unitOfWork.client();
    await client.query({ name: 'audit-lock', text: 'SELECT pg_advisory_xact_lock($1)', values: [CHAIN_LOCK] });
    const { rows } = await client.query<{ seq: string; hash: string }>({ name: 'audit-end', text: END });
    const entry = auditEntryOf(event, source, rows.map(toEnd)[0] ?? CHAIN_START, this.digest);
    const values = Object.values(COLUMNS).map((field) => entry[field]);
    await client.query({ name: 'audit-add', text: INSERT, values });
  }

  async end(): Promise<ChainEnd | undefined> {
    const { rows } = await this.database.query<{ seq: string; hash: string }>({ text: END });
    return rows.map(toEnd)[0];
  }

  async *batches(): AsyncGenerator<readonly AuditEntry[]> {
    for (let after = 0; ;) {
      const text = `${SELECT} WHERE seq > $1 ORDER BY seq LIMIT ${BATCH}`;
      const { rows } = await this.database.query<Row>({ text, values: [after] });
      if (rows.length > 0) yield rows.map(toEntry);
      if (rows.length < BATCH) return;
      after = Number(rows.at(-1)?.seq);
    }
  }

  async list({ limit, cursor, actor, aggregate, correlationId, from, to }: AuditQuery): Promise<Page<AuditEntry>> {
    const filters = [actor ?? null, aggregate ?? null, correlationId ?? null, from ?? null, to ?? null];
    const before = cursor === undefined ? null : await this.cursors.read(cursor, ['audit', ...filters]);
    const { rows } = await this.database.query<Row>({
      text: `${SELECT} WHERE ($1::text IS NULL OR actor_id = $1) AND ($2::text IS NULL OR aggregate_id = $2)
        AND ($3::text IS NULL OR correlation_id = $3) AND ($4::timestamptz IS NULL OR occurred_at >= $4)
        AND ($5::timestamptz IS NULL OR occurred_at < $5) AND ($6::bigint IS NULL OR seq < $6)
        ORDER BY seq DESC LIMIT $7`,
      values: [...filters, before, limit + 1],
    });
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    const more = rows.length > limit && last !== undefined;
    return { items: page.map(toEntry), next: more ? await this.cursors.write(last.seq, ['audit', ...filters]) : null };
  }

  async checkpoints(): Promise<RecordedCheckpoint[]> {
    const db = await this.unitOfWork.reading();
    const rows = await db.select().from(auditCheckpoints).orderBy(asc(auditCheckpoints.seq));
    return rows.map(({ seq, rootHash, keyId, signature, recordedAt }) => ({
      seq,
      rootHash,
      keyId,
      signature,
      recordedAt: recordedAt.toISOString(),
    }));
  }

  async saveCheckpoint(made: AuditCheckpoint): Promise<void> {
    const row = { id: made.id, ...made.checkpoint };
    await this.unitOfWork.save(made, AuditCheckpoint.AGGREGATE_TYPE, this.#checkpoints, row);
  }
}

const END = 'SELECT seq, hash FROM audit_entries ORDER BY seq DESC LIMIT 1';

function toEnd({ seq, hash }: { readonly seq: string; readonly hash: string }): ChainEnd {
  return { seq: Number(seq), hash };
}

function toEntry({ seq, occurredAt, recordedAt, ...rest }: Row): AuditEntry {
  return { ...rest, seq: Number(seq), occurredAt: occurredAt.toISOString(), recordedAt: recordedAt.toISOString() };
}

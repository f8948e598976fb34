import { Injectable } from '@nestjs/common';
import { AggregateTable, UnitOfWork } from '@edtech/shared-kernel';
import { eq, sql } from 'drizzle-orm';
import { RegistrationRepository } from '../../application/interfaces/registration-repository.ts';
import { RefusedRegistration } from '../../domain/entities/refused-registration.entity.ts';
import type { Evidence } from '../../domain/value-objects/registration-evidence.vo.ts';
import { refusedRegistrations, registrations } from '../database/schema.ts';

const table = new AggregateTable(refusedRegistrations);

@Injectable()
export class DrizzleRegistrationRepository extends RegistrationRepository {
  constructor(private readonly unitOfWork: UnitOfWork) {
    super();
  }

  async add(userId: string, evidence: Evidence): Promise<ReadonlySet<Evidence>> {
    const db = await this.unitOfWork.transaction();
    const known = sql`array_append(array_remove(${registrations.evidence}, ${evidence}::text), ${evidence}::text)`;
    const [row] = await db
      .insert(registrations)
      .values({ userId, evidence: [evidence] })
      .onConflictDoUpdate({ target: registrations.userId, set: { evidence: known } })
      .returning({ evidence: registrations.evidence });
    return new Set(row?.evidence);
  }

  async isRefused(userId: string): Promise<boolean> {
    const db = await this.unitOfWork.reading();
    const rows = await db
      .select({ id: refusedRegistrations.id })
      .from(refusedRegistrations)
      .where(eq(refusedRegistrations.id, userId));
    return rows.length > 0;
  }

  async saveRefusal(refused: RefusedRegistration): Promise<void> {
    await this.unitOfWork.save(refused, RefusedRegistration.AGGREGATE_TYPE, table, { id: refused.id, reason: refused.reason });
  }
}

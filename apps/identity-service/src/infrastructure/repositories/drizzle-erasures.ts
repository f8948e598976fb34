import { AggregateTable, UnitOfWork } from '@edtech/shared-kernel';
import { Injectable } from '@nestjs/common';
import { eq } from 'drizzle-orm';
import { Erasures } from '../../application/interfaces/erasures.ts';
import { Erasure } from '../../domain/entities/erasure.entity.ts';
import { erasures } from '../database/schema.ts';

const table = new AggregateTable(erasures);

@Injectable()
export class DrizzleErasures extends Erasures {
  constructor(private readonly unitOfWork: UnitOfWork) {
    super();
  }

  async confirm(userId: string): Promise<void> {
    const db = await this.unitOfWork.reading();
    const known = await db.select({ id: erasures.id }).from(erasures).where(eq(erasures.id, userId));
    if (known.length > 0) return;
    await this.unitOfWork.save(Erasure.confirm(userId), Erasure.AGGREGATE_TYPE, table, { id: userId });
  }
}

import { AggregateTable, UnitOfWork } from '@edtech/shared-kernel';
import { Injectable } from '@nestjs/common';
import { eq } from 'drizzle-orm';
import { Erasures } from '../../application/interfaces/erasures.interface.ts';
import { Erasure } from '../../domain/entities/erasure.entity.ts';
import { adminErasures } from '../database/schema.ts';

@Injectable()
export class DrizzleErasures extends Erasures {
  readonly #table = new AggregateTable(adminErasures);

  constructor(private readonly unitOfWork: UnitOfWork) {
    super();
  }

  async confirm(userId: string): Promise<void> {
    const database = await this.unitOfWork.reading();
    const known = await database.select().from(adminErasures).where(eq(adminErasures.id, userId));
    if (known.length > 0) return;
    await this.unitOfWork.save(Erasure.confirm(userId), Erasure.AGGREGATE_TYPE, this.#table, { id: userId });
  }
}

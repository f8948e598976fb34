import { AggregateTable, NotFound, positionOf, UnitOfWork } from '@edtech/shared-kernel';
import { Injectable } from '@nestjs/common';
import { asc, eq } from 'drizzle-orm';
import { AdminUserRepository } from '../../application/interfaces/repository.interface.ts';
import { AdminUser } from '../../domain/entities/admin-user.entity.ts';
import { adminUsers } from '../database/schema.ts';

const table = new AggregateTable(adminUsers);

@Injectable()
export class DrizzleAdminUserRepository extends AdminUserRepository {
  constructor(private readonly unitOfWork: UnitOfWork) {
    super();
  }

  async get(userId: string): Promise<AdminUser> {
    const admin = await this.find(userId);
    if (admin === undefined) throw new NotFound('Administrator', userId);
    return admin;
  }

  async find(userId: string): Promise<AdminUser | undefined> {
    const db = await this.unitOfWork.reading();
    const [row] = await db.select().from(adminUsers).where(eq(adminUsers.id, userId));
    return row && toAdmin(row);
  }

  async save(admin: AdminUser): Promise<void> {
    const { id, duties, status } = admin.state;
    await this.unitOfWork.save(admin, AdminUser.AGGREGATE_TYPE, table, { id, duties: [...duties], status });
  }

  async all(): Promise<AdminUser[]> {
    const db = await this.unitOfWork.reading();
    return (await db.select().from(adminUsers).orderBy(asc(adminUsers.id))).map(toAdmin);
  }
}

function toAdmin(row: typeof adminUsers.$inferSelect): AdminUser {
  const { id, duties, status } = row;
  return AdminUser.rehydrate({ id, duties, status }, positionOf(row));
}

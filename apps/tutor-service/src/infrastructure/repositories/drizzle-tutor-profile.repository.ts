import { AggregateTable, NotFound, positionOf, UnitOfWork } from '@edtech/shared-kernel';
import { Injectable } from '@nestjs/common';
import { eq } from 'drizzle-orm';
import { TutorProfileRepository } from '../../application/interfaces/repository.interface.ts';
import { TutorProfile } from '../../domain/entities/tutor-profile.entity.ts';
import { tutorProfiles } from '../database/schema.ts';

@Injectable()
export class DrizzleTutorProfileRepository extends TutorProfileRepository {
  readonly #table = new AggregateTable(tutorProfiles);

  constructor(private readonly unitOfWork: UnitOfWork) {
    super();
  }

  async get(tutorId: string): Promise<TutorProfile> {
    const profile = await this.find(tutorId);
    if (profile === undefined) throw new NotFound('Tutor', tutorId);
    return profile;
  }

  async find(tutorId: string): Promise<TutorProfile | undefined> {
    const database = await this.unitOfWork.reading();
    const [row] = await database.select().from(tutorProfiles).where(eq(tutorProfiles.id, tutorId));
    if (row === undefined) return undefined;
    const { streamVersion: _, streamHash: __, recordedAt: ___, ...state } = row;
    return TutorProfile.rehydrate(state, positionOf(row));
  }

  async save(profile: TutorProfile): Promise<void> {
    await this.unitOfWork.save(profile, TutorProfile.AGGREGATE_TYPE, this.#table, profile.state);
  }

  async erase(tutorId: string): Promise<void> {
    const database = await this.unitOfWork.transaction();
    await database.delete(tutorProfiles).where(eq(tutorProfiles.id, tutorId));
  }
}

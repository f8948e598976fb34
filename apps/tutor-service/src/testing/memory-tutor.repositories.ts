import { NotFound } from '@edtech/shared-kernel/domain';
import { DocumentStore } from '../application/interfaces/document-store.interface.ts';
import { Erasures } from '../application/interfaces/erasures.interface.ts';
import { TutorProfileRepository } from '../application/interfaces/repository.interface.ts';
import { Erasure } from '../domain/entities/erasure.entity.ts';
import { TutorProfile } from '../domain/entities/tutor-profile.entity.ts';
import type { TutorTables } from './tutor-tables.ts';

/** Twin of the repository over Postgres. */
export class MemoryTutorProfiles extends TutorProfileRepository {
  constructor(private readonly tables: TutorTables) {
    super();
  }

  async get(tutorId: string): Promise<TutorProfile> {
    const profile = await this.find(tutorId);
    if (profile === undefined) throw new NotFound('Tutor', tutorId);
    return profile;
  }

  async find(tutorId: string): Promise<TutorProfile | undefined> {
    const row = await this.tables.profiles.get(tutorId);
    return row && TutorProfile.rehydrate(row.state, row.position);
  }

  async save(profile: TutorProfile): Promise<void> {
    await this.tables.database.save(profile, TutorProfile.AGGREGATE_TYPE, this.tables.profiles, profile.state);
  }

  async erase(tutorId: string): Promise<void> {
    await this.tables.profiles.delete(tutorId);
  }
}

export class MemoryErasures extends Erasures {
  constructor(private readonly tables: TutorTables) {
    super();
  }

  async confirm(userId: string): Promise<void> {
    if ((await this.tables.erasures.get(userId)) !== undefined) return;
    const { database, erasures } = this.tables;
    await database.save(Erasure.confirm(userId), Erasure.AGGREGATE_TYPE, erasures, { id: userId });
  }
}

/** Files: they take no part in transactions and outlive a crash. */
export class MemoryDocuments extends DocumentStore {
  constructor(private readonly tables: TutorTables) {
    super();
  }

  async put(tutorId: string, sha256: string, bytes: Uint8Array): Promise<void> {
    await this.tables.documents.put(`${tutorId}/${sha256}`, bytes);
  }

  async get(tutorId: string, sha256: string): Promise<Uint8Array> {
    const bytes = await this.tables.documents.get(`${tutorId}/${sha256}`);
    if (bytes === undefined) throw new NotFound('Document', sha256);
    return bytes;
  }

  async remove(tutorId: string, sha256: string): Promise<void> {
    await this.tables.documents.remove((key) => key === `${tutorId}/${sha256}`);
  }

  async removeAll(tutorId: string): Promise<void> {
    await this.tables.documents.remove((key) => key.startsWith(`${tutorId}/`));
  }
}

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TutorProfileRepository } from '../src/application/interfaces/repository.interface.ts';
import { TutorProfile } from '../src/domain/entities/tutor-profile.entity.ts';
import { submitTutor, verifyTutor } from './prepared-tutor.ts';
import { runningTutorService, type RunningTutorService } from './running-tutor-service.ts';

const person = { email: 'ada@example.org', firstName: 'Ada', lastName: 'Lovelace' };
let service: RunningTutorService;
let profiles: TutorProfileRepository;

beforeAll(async () => {
  service = await runningTutorService();
  profiles = service.get(TutorProfileRepository);
});
afterAll(() => service.close());

describe('tutor profiles in Postgres', () => {
  test('a profile comes back as it was saved, without uncommitted events', async () => {
    const tutorId = randomUUID();
    await submitTutor(service, tutorId);
    const saved = await profiles.get(tutorId);
    saved.setListed(false);
    const { state } = saved;
    await service.handling(() => profiles.save(saved));
    const read = await profiles.get(tutorId);
    expect(read.state).toEqual(state);
    expect(read.position).toEqual(saved.position);
    expect(read.getUncommittedEvents()).toEqual([]);
    expect(read.streamVersion).toBe((await service.eventsOf(tutorId)).length);
  });

  test('saving the values that are there changes nothing, whatever the order of keys in the database', async () => {
    const tutorId = randomUUID();
    await submitTutor(service, tutorId);
    const profile = await profiles.get(tutorId);
    const { subjects, education, bio, timezone, availability } = profile.state;
    profile.updateText({
      bio,
      subjects: subjects.map(({ code, level }) => ({ level, code })),
      education: education.map(({ institution, degree, year }) => ({ year, degree, institution })),
    });
    profile.setAvailability(timezone ?? '', availability);
    expect(profile.getUncommittedEvents()).toEqual([]);
  });

  test('of two writers that saw one version one wins', async () => {
    const tutorId = randomUUID();
    await verifyTutor(service, tutorId);
    const [one, other] = [await profiles.get(tutorId), await profiles.get(tutorId)];
    one.setListed(false);
    other.changeRate({ hourlyRate: 5_000, currency: 'EUR' });
    const outcomes = await Promise.allSettled([one, other].map((profile) => service.handling(() => profiles.save(profile))));
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(outcomes.find((outcome) => outcome.status === 'rejected')?.reason).toMatchObject({ code: 'CONCURRENCY_CONFLICT' });
  });

  test('a user has one profile: of two that are created at once one stays', async () => {
    const tutorId = randomUUID();
    const create = () => service.handling(() => profiles.save(TutorProfile.create(tutorId, person)));
    const outcomes = await Promise.allSettled([create(), create()]);
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(await service.eventsOf(tutorId)).toEqual(['tutor.profile_created']);
  });

  test('an absent profile is not found', async () => {
    expect(await profiles.find(randomUUID())).toBeUndefined();
    await expect(profiles.get(randomUUID())).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

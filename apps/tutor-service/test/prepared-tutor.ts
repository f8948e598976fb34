import { createHash, randomUUID } from 'node:crypto';
import { UserCreated, VerificationDecided } from '@edtech/contracts';
import { ChangeRateUseCase } from '../src/application/use-cases/change-rate.usecase.ts';
import { SetAvailabilityUseCase } from '../src/application/use-cases/set-availability.usecase.ts';
import { SubmitForVerificationUseCase } from '../src/application/use-cases/submit-for-verification.usecase.ts';
import { UpdateProfileUseCase } from '../src/application/use-cases/update-profile.usecase.ts';
import { UploadDocumentUseCase } from '../src/application/use-cases/upload-document.usecase.ts';
import { UserEventsConsumer } from '../src/infrastructure/event-consumers/user-events.consumer.ts';
import { VerificationEventsConsumer } from '../src/infrastructure/event-consumers/verification-events.consumer.ts';
import { received, type RunningTutorService } from './running-tutor-service.ts';

export const BYTES = Buffer.from('%PDF-1.7 a scan');
export const BYTES_SHA256 = createHash('sha256').update(BYTES).digest('hex');

/** A tutor with a complete profile, submitted unless told otherwise. The user's stream stands at version 1. */
export async function submitTutor(service: RunningTutorService, userId: string, { submit = true } = {}): Promise<void> {
  const created: UserCreated = {
    userId,
    email: 'ada@example.org',
    firstName: 'Ada',
    lastName: 'Lovelace',
    role: 'tutor',
    status: 'active',
    locale: 'en',
    timezone: 'UTC',
    isMinor: false,
  };
  await service.handling(() => service.get(UserEventsConsumer).handleUserCreated(received(UserCreated, userId, 1, created)));
  await service.handling(async () => {
    await service.get(UpdateProfileUseCase).execute(userId, {
      bio: 'I have taught algebra for ten years and love patient questions.',
      subjects: [{ code: 'algebra', level: 'high_school' }],
      education: [{ institution: 'Cambridge', degree: 'Mathematics', year: 1835 }],
    });
    await service.get(ChangeRateUseCase).execute(userId, { hourlyRate: 4_500, currency: 'EUR' });
    const weekly = [{ day: 1, from: '09:00', to: '12:00' }];
    await service.get(SetAvailabilityUseCase).execute(userId, { timezone: 'Europe/Berlin', weekly, exceptions: [] });
    for (const type of ['identity', 'degree'] as const) {
      await service
        .get(UploadDocumentUseCase)
        .execute(userId, { documentId: randomUUID(), type, fileName: 'scan.pdf', bytes: BYTES, sha256: BYTES_SHA256 });
    }
    if (submit) await service.get(SubmitForVerificationUseCase).execute(userId);
  });
}

export async function approve(service: RunningTutorService, tutorId: string, attempt = 1): Promise<void> {
  const caseId = randomUUID();
  const payload: VerificationDecided = {
    caseId,
    tutorId,
    attempt,
    decision: 'approved',
    reason: 'documents are fine',
    documents: [],
    decidedBy: randomUUID(),
  };
  await service.handling(() =>
    service.get(VerificationEventsConsumer).handleDecided(received(VerificationDecided, caseId, 1, payload)),
  );
}

export async function verifyTutor(service: RunningTutorService, userId: string): Promise<void> {
  await submitTutor(service, userId);
  await approve(service, userId);
}

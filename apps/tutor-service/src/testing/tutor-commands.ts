import { createHash } from 'node:crypto';
import type { CommandInput } from '@edtech/shared-kernel/testing';
import { ChangeRateUseCase } from '../application/use-cases/change-rate.usecase.ts';
import { ReinstateTutorUseCase } from '../application/use-cases/reinstate-tutor.usecase.ts';
import { RemoveDocumentUseCase } from '../application/use-cases/remove-document.usecase.ts';
import { SetAvailabilityUseCase } from '../application/use-cases/set-availability.usecase.ts';
import { SetListedUseCase } from '../application/use-cases/set-listed.usecase.ts';
import { SubmitForVerificationUseCase } from '../application/use-cases/submit-for-verification.usecase.ts';
import { SuspendTutorUseCase } from '../application/use-cases/suspend-tutor.usecase.ts';
import { UpdateProfileUseCase } from '../application/use-cases/update-profile.usecase.ts';
import { UploadDocumentUseCase } from '../application/use-cases/upload-document.usecase.ts';
import type { ProfileTextUpdate } from '../domain/entities/tutor-profile.state.ts';
import type { DocumentType } from '../domain/value-objects/tutor-document.vo.ts';
import { tutorService } from '../tutor-service.module.ts';

function by(actor: string, label: string, run: CommandInput['run']): CommandInput {
  return { kind: 'command', service: tutorService.name, label, actor: { id: actor }, run };
}

const SUPPORT = '0b9d3f1c-0000-4000-8000-0000000000ae';

/** The commands of tutor-service as its clients send them. */
export const tutorCommands = {
  updateProfile: (id: string, text: ProfileTextUpdate): CommandInput =>
    by(id, `write the profile of ${id}`, (app) => app.get(UpdateProfileUseCase).execute(id, text)),
  changeRate: (id: string, hourlyRate: number): CommandInput =>
    by(id, `rate of ${id}`, (app) => app.get(ChangeRateUseCase).execute(id, { hourlyRate, currency: 'EUR' })),
  setAvailability: (id: string, day: number): CommandInput =>
    by(id, `availability of ${id}`, (app) => {
      const weekly = [{ day, from: '09:00', to: '12:00' }];
      return app.get(SetAvailabilityUseCase).execute(id, { timezone: 'Europe/Berlin', weekly, exceptions: [] });
    }),
  setListed: (id: string, listed: boolean): CommandInput =>
    by(id, `listing of ${id}`, (app) => app.get(SetListedUseCase).execute(id, listed)),
  upload: (id: string, documentId: string, type: DocumentType, text: string): CommandInput =>
    by(id, `upload ${type} of ${id}`, (app) => {
      const bytes = Buffer.from(`%PDF-1.7 ${text}`);
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      return app.get(UploadDocumentUseCase).execute(id, { documentId, type, fileName: 'scan.pdf', bytes, sha256 });
    }),
  removeDocument: (id: string, documentId: string): CommandInput =>
    by(id, `remove ${documentId} of ${id}`, (app) => app.get(RemoveDocumentUseCase).execute(id, documentId)),
  submit: (id: string): CommandInput => by(id, `submit ${id}`, (app) => app.get(SubmitForVerificationUseCase).execute(id)),
  suspend: (id: string): CommandInput =>
    by(SUPPORT, `suspend tutor ${id}`, (app) => app.get(SuspendTutorUseCase).execute(id, 'complaints')),
  reinstate: (id: string): CommandInput =>
    by(SUPPORT, `reinstate tutor ${id}`, (app) => app.get(ReinstateTutorUseCase).execute(id, 'settled')),
};

import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import type { PayloadOf } from '../define-event.ts';
import { documentType, id, sha256 } from '../schemas.ts';

export const TutorDocumentRemoved = defineEvent({
  name: 'tutor.document_removed',
  producer: 'tutor-service',
  aggregateType: 'TutorProfile',
  scope: 'local',
  versions: { 1: z.strictObject({ tutorId: id, documentId: id, type: documentType, sha256 }) },
  about: (payload) => payload.tutorId,
  personal: [],
  plain: ['sha256'],
});
export type TutorDocumentRemoved = PayloadOf<typeof TutorDocumentRemoved>;

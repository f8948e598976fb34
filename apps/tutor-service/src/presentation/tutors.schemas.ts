import { strictBody } from '@edtech/shared-kernel';
import { z } from 'zod';
import {
  CURRENCIES,
  DOCUMENT_TYPES,
  EXPERIENCE_LEVELS,
  MOST_LANGUAGES,
  MOST_SUBJECTS,
  SUBJECT_CODES,
  SUBJECT_LEVELS,
} from '../application/dto/profile-choices.ts';

const name = z.string().trim().min(1).max(200);
const locale = z
  .string()
  .max(35)
  .regex(/^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*$/);
const wallTime = z.string().regex(/^(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)$/);
const window = { from: wallTime, to: wallTime };
const subject = strictBody({ code: z.enum(SUBJECT_CODES), level: z.enum(SUBJECT_LEVELS) });
const education = strictBody({ institution: name, degree: name, year: z.int().min(1900).max(2100) });
const MOST_WINDOWS = 100;

export const TutorId = z.guid();
export const DocumentId = z.guid();

export const UpdateProfile = strictBody({
  headline: z.string().trim().max(120).optional(),
  bio: z.string().trim().max(4000).optional(),
  subjects: z
    .array(subject)
    .max(MOST_SUBJECTS)
    .refine(distinct, { message: 'must not name a subject and level twice' })
    .optional(),
  languages: z.array(locale).max(MOST_LANGUAGES).refine(distinct, { message: 'must not name a language twice' }).optional(),
  experienceLevel: z.enum(EXPERIENCE_LEVELS).optional(),
  yearsOfExperience: z.int().min(0).max(80).nullable().optional(),
  education: z.array(education).max(20).optional(),
}).meta({ id: 'UpdateTutorProfile' });

export const Rate = strictBody({ hourlyRate: z.int().min(0), currency: z.enum(CURRENCIES) }).meta({ id: 'TutorRate' });

export const Availability = strictBody({
  timezone: z.string().min(1).max(64),
  weekly: z.array(strictBody({ day: z.int().min(1).max(7), ...window })).max(MOST_WINDOWS),
  exceptions: z
    .array(
      z.union([
        strictBody({ date: z.iso.date(), closed: z.literal(true) }),
        strictBody({ date: z.iso.date(), slots: z.array(strictBody(window)).max(MOST_WINDOWS) }),
      ]),
    )
    .max(366),
}).meta({ id: 'TutorAvailability' });

export const Listing = strictBody({ listed: z.boolean() }).meta({ id: 'TutorListing' });

/** What is left of a multipart upload once its file was read; the API's document shows the upload as it is sent. */
export const UploadedDocument = strictBody({
  type: z.enum(DOCUMENT_TYPES),
  fileName: z.string().trim().min(1).max(255),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
}).meta({
  id: 'TutorDocumentUpload',
  required: ['type', 'file'],
  properties: {
    type: { type: 'string', enum: [...DOCUMENT_TYPES] },
    file: { type: 'string', format: 'binary', description: 'PDF, JPEG or PNG by its content, at most 5 MiB' },
  },
});

/** For commands without a body; some clients send an empty object. */
export const Nothing = strictBody({}).optional();

export const CreateTutor = strictBody({
  userId: z.guid(),
  email: z
    .string()
    .trim()
    .max(320)
    .regex(/^[^\s@]+@[^\s@]+$/),
  firstName: name,
  lastName: name,
}).meta({ id: 'CreateTutor' });

/** The event that carries it has room for 1000 characters. */
export const Reason = strictBody({ reason: z.string().trim().min(1).max(900) }).meta({ id: 'TutorReason' });

/** For the API's document. */
export const ifMatch = {
  name: 'If-Match',
  required: false,
  description: 'The ETag the change is based on; 412 if the object has changed since',
  schema: { type: 'string' as const, pattern: '^"[0-9]+"$' },
};

/** For the API's document. */
const binary = { schema: { type: 'string' as const, format: 'binary' } };
export const documentContent = { 'application/pdf': binary, 'image/jpeg': binary, 'image/png': binary };

function distinct(items: readonly unknown[]): boolean {
  return new Set(items.map((item) => JSON.stringify(item))).size === items.length;
}

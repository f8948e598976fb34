import { z } from 'zod';
import type { DashboardView } from '../application/use-cases/get-dashboard.usecase.ts';
import type { PublicProfileView, TutorProfileView } from '../application/views/tutor-profile.view.ts';
import {
  CURRENCIES,
  DOCUMENT_TYPES,
  EXPERIENCE_LEVELS,
  SUBJECT_CODES,
  SUBJECT_LEVELS,
} from '../application/dto/profile-choices.ts';

/** What the routes answer, for the API's document; the compiler compares each schema with its view. */
const count = z.int().min(0);
const wallWindow = { from: z.string(), to: z.string() };

const shown = {
  tutorId: z.guid(),
  displayName: z.string(),
  headline: z.string(),
  bio: z.string(),
  subjects: z.array(z.object({ code: z.enum(SUBJECT_CODES), level: z.enum(SUBJECT_LEVELS) })),
  languages: z.array(z.string()),
  hourlyRate: z.int().nullable().meta({ description: 'Minor units' }),
  currency: z.enum(CURRENCIES),
  experienceLevel: z.enum(EXPERIENCE_LEVELS),
  yearsOfExperience: z.int().nullable(),
  education: z.array(z.object({ institution: z.string(), degree: z.string(), year: z.int() })),
  timezone: z.string().nullable(),
  availability: z.object({
    weekly: z.array(z.object({ day: z.int().min(1).max(7), ...wallWindow })),
    exceptions: z.array(
      z.union([
        z.object({ date: z.iso.date(), closed: z.literal(true) }),
        z.object({ date: z.iso.date(), slots: z.array(z.object(wallWindow)) }),
      ]),
    ),
  }),
};

export const PublicProfile = z
  .object({ ...shown, nextWindows: z.array(z.object({ from: z.iso.datetime(), to: z.iso.datetime() })) })
  .meta({ id: 'PublicTutorProfile' }) satisfies z.ZodType<PublicProfileView>;

export const Profile = z
  .object({
    ...shown,
    userId: z.guid(),
    status: z.enum(['draft', 'submitted', 'in_review', 'verified', 'rejected', 'info_requested', 'suspended']),
    listed: z.boolean(),
    attempt: count,
    suspension: z.object({ reason: z.string(), until: z.iso.datetime().nullable() }).nullable(),
    feedback: z.object({ reason: z.string(), feedback: z.string().nullable(), items: z.array(z.string()) }).nullable(),
    documents: z.array(
      z.object({
        id: z.guid(),
        type: z.enum(DOCUMENT_TYPES),
        fileName: z.string(),
        mediaType: z.string(),
        sha256: z.string(),
        size: count,
        status: z.enum(['uploaded', 'approved', 'rejected']),
      }),
    ),
    streamVersion: z.int(),
  })
  .meta({ id: 'TutorProfile' }) satisfies z.ZodType<TutorProfileView>;

export const Dashboard = z
  .object({
    tutorId: z.guid(),
    status: z.string(),
    onboardingCompleted: z.boolean(),
    steps: z.array(
      z.object({
        step: z.enum(['welcome_email', 'dashboard', 'onboarding_tips']),
        done: z.boolean(),
        at: z.iso.datetime().nullable(),
      }),
    ),
    timers: z.array(z.object({ name: z.string(), dueAt: z.iso.datetime() })),
    lessons: z.object({ settled: count, noShows: count }),
    reviews: z.object({ count, average: z.number().nullable() }),
    earnings: z.object({
      paid: z.array(z.object({ amount: z.int(), currency: z.string() })),
      payoutsFailed: count,
      payoutsHeld: count,
    }),
  })
  .meta({ id: 'TutorDashboard' }) satisfies z.ZodType<DashboardView>;

export const DocumentUploaded = z.object({ documentId: z.guid() }).meta({ id: 'TutorDocumentUploaded' });
export const Submitted = z.object({ attempt: z.int() }).meta({ id: 'TutorProfileSubmitted' });

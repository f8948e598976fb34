import { streamColumns } from '@edtech/shared-kernel';
import { boolean, integer, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import type { Education, Feedback, Suspension, TutorProfileState } from '../../domain/entities/tutor-profile.state.ts';
import type { Availability } from '../../domain/value-objects/availability.vo.ts';
import type { Subject } from '../../domain/value-objects/subject.vo.ts';
import type { TutorDocument } from '../../domain/value-objects/tutor-document.vo.ts';

export const tutorProfiles = pgTable('tutor_profiles', {
  id: text('id').primaryKey(),
  displayName: text('display_name').notNull(),
  headline: text('headline').notNull(),
  bio: text('bio').notNull(),
  subjects: jsonb('subjects').$type<readonly Subject[]>().notNull(),
  languages: jsonb('languages').$type<readonly string[]>().notNull(),
  experienceLevel: text('experience_level').$type<TutorProfileState['experienceLevel']>().notNull(),
  yearsOfExperience: integer('years_of_experience'),
  education: jsonb('education').$type<readonly Education[]>().notNull(),
  hourlyRate: integer('hourly_rate'),
  currency: text('currency').$type<TutorProfileState['currency']>().notNull(),
  timezone: text('timezone'),
  availability: jsonb('availability').$type<Availability>().notNull(),
  documents: jsonb('documents').$type<readonly TutorDocument[]>().notNull(),
  verification: text('verification').$type<TutorProfileState['verification']>().notNull(),
  suspension: jsonb('suspension').$type<Suspension>(),
  feedback: jsonb('feedback').$type<Feedback>(),
  attempt: integer('attempt').notNull(),
  listed: boolean('listed').notNull(),
  dashboardInitialized: boolean('dashboard_initialized').notNull(),
  onboardingCompleted: boolean('onboarding_completed').notNull(),
  ...streamColumns,
});

export const tutorErasures = pgTable('tutor_erasures', {
  id: text('id').primaryKey(),
  ...streamColumns,
});

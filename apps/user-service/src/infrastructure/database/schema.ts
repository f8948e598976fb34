import { streamColumns } from '@edtech/shared-kernel';
import { boolean, integer, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core';

/** `seq` is missing on purpose: the database alone gives it. */
export const users = pgTable('users', {
  id: uuid('id').primaryKey(),
  email: text('email').notNull(),
  emailNormalized: text('email_normalized'),
  firstName: text('first_name').notNull(),
  lastName: text('last_name').notNull(),
  role: text('role', { enum: ['student', 'tutor', 'admin', 'superadmin'] }).notNull(),
  status: text('status', { enum: ['pending_verification', 'active', 'suspended', 'inactive', 'erased'] }).notNull(),
  isMinor: boolean('is_minor').notNull(),
  bio: text('bio'),
  skills: text('skills').array().notNull(),
  locale: text('locale').notNull(),
  timezone: text('timezone').notNull(),
  tutorVerified: boolean('tutor_verified').notNull(),
  suspendedUntil: timestamp('suspended_until', { withTimezone: true, mode: 'date' }),
  erasureDueAt: timestamp('erasure_due_at', { withTimezone: true, mode: 'date' }),
  ...streamColumns,
});

export const userSettings = pgTable('user_settings', {
  userId: uuid('user_id').primaryKey(),
  emailMarketing: boolean('email_marketing').notNull(),
  lessonReminders: boolean('lesson_reminders').notNull(),
  language: text('language').notNull(),
});

export const registrations = pgTable('registrations', {
  userId: uuid('user_id').primaryKey(),
  evidence: text('evidence', { enum: ['registered', 'email_verified', 'guardian_consented', 'cancelled'] })
    .array()
    .notNull(),
});

export const refusedRegistrations = pgTable('refused_registrations', {
  id: uuid('id').primaryKey(),
  reason: text('reason').notNull(),
  ...streamColumns,
});

export const userAnalytics = pgTable('user_analytics', {
  userId: uuid('user_id').primaryKey(),
  role: text('role').notNull(),
  registeredAt: timestamp('registered_at', { withTimezone: true, mode: 'date' }).notNull(),
  registrations: integer('registrations').notNull(),
});

export const noShows = pgTable(
  'no_shows',
  {
    tutorId: uuid('tutor_id').notNull(),
    who: text('who', { enum: ['tutor', 'student'] }).notNull(),
    count: integer('count').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tutorId, table.who] })],
);

export const listCursorKey = pgTable('list_cursor_key', { key: text('key').notNull() });

import { streamColumns } from '@edtech/shared-kernel';
import { boolean, index, jsonb, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });

export const accounts = pgTable('accounts', {
  id: uuid('id').primaryKey(),
  email: text('email').notNull(),
  emailNormalized: text('email_normalized'),
  status: text('status', { enum: ['pending_verification', 'awaiting_guardian', 'active', 'cancelled'] }).notNull(),
  disabled: boolean('disabled').notNull(),
  isMinor: boolean('is_minor').notNull(),
  locale: text('locale').notNull(),
  role: text('role', { enum: ['student', 'tutor', 'admin', 'superadmin'] }).notNull(),
  duties: text('duties', { enum: ['verification', 'support', 'finance', 'compliance', 'operations'] })
    .array()
    .notNull(),
  userConfirmed: boolean('user_confirmed').notNull(),
  consentId: uuid('consent_id'),
  consentStatus: text('consent_status', { enum: ['requested', 'granted', 'declined'] }),
  failedAt: text('failed_at').array().notNull(),
  lockedUntil: text('locked_until'),
  ...streamColumns,
});

export const credentials = pgTable('credentials', {
  userId: uuid('user_id').primaryKey(),
  passwordHash: text('password_hash').notNull(),
});

export const guardians = pgTable('guardians', { userId: uuid('user_id').primaryKey(), email: text('email').notNull() });

export const mailTokens = pgTable(
  'mail_tokens',
  {
    hash: text('hash').primaryKey(),
    userId: uuid('user_id').notNull(),
    purpose: text('purpose', { enum: ['verification', 'password', 'guardian'] }).notNull(),
    expiresAt: instant('expires_at').notNull(),
  },
  (table) => [index('mail_tokens_of_user').on(table.userId, table.purpose)],
);

export const sessions = pgTable('sessions', {
  id: uuid('id').primaryKey(),
  userId: uuid('user_id').notNull(),
  tokenHash: text('token_hash').notNull(),
  createdAt: instant('created_at').notNull(),
  refreshedAt: instant('refreshed_at').notNull(),
  expiresAt: instant('expires_at').notNull(),
});

export const rotatedTokens = pgTable('rotated_tokens', {
  hash: text('hash').primaryKey(),
  sessionId: uuid('session_id').notNull(),
});

export const strangers = pgTable('strangers', {
  addressHash: text('address_hash').primaryKey(),
  failedAt: text('failed_at').array().notNull(),
  lockedUntil: text('locked_until'),
});

export const erasures = pgTable('identity_erasures', { id: uuid('id').primaryKey(), ...streamColumns });

export const signingKeys = pgTable('signing_keys', {
  kid: text('kid').primaryKey(),
  publicJwk: jsonb('public_jwk').$type<Readonly<Record<string, unknown>>>().notNull(),
  sealedKey: text('sealed_key').notNull(),
  sealedWith: text('sealed_with').notNull(),
  createdAt: instant('created_at').notNull(),
  signsFrom: instant('signs_from').notNull(),
});

import { z } from 'zod';
import type { UserList } from '../application/use-cases/list-users.usecase.ts';
import type { SettingsView } from '../application/views/settings.view.ts';
import type { PublicUserView, UserView } from '../application/views/user.view.ts';

/** What the routes answer, for the API's document; the compiler compares each schema with its view. */
const visible = {
  id: z.guid(),
  role: z.enum(['student', 'tutor', 'admin', 'superadmin']),
  status: z.enum(['pending_verification', 'active', 'suspended', 'inactive', 'erased']),
  locale: z.string(),
  timezone: z.string(),
  tutorVerified: z.boolean(),
  streamVersion: z.int(),
};

export const User = z
  .object({
    ...visible,
    email: z.string(),
    firstName: z.string(),
    lastName: z.string(),
    isMinor: z.boolean(),
    bio: z.string().nullable(),
    skills: z.array(z.string()),
    suspendedUntil: z.iso.datetime().nullable(),
    erasureDueAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'User' }) satisfies z.ZodType<UserView>;

const PublicUser = z.object(visible).meta({
  id: 'UserWithoutPersonalData',
  description: 'For administrators whose duties need no personal data',
}) satisfies z.ZodType<PublicUserView>;

export const AnyUser = z.union([User, PublicUser]);

export const Users = z
  .object({ items: z.array(AnyUser), total: z.int(), limit: z.int(), offset: z.int(), next: z.string().nullable() })
  .meta({ id: 'Users' }) satisfies z.ZodType<UserList>;

export const Settings = z
  .object({ emailMarketing: z.boolean(), lessonReminders: z.boolean(), language: z.string(), streamVersion: z.int() })
  .meta({ id: 'UserSettings' }) satisfies z.ZodType<SettingsView>;

export const Erasure = z.object({ erasureDueAt: z.iso.datetime().nullable() }).meta({ id: 'Erasure' });

/** Of a recorded event only what a reader of histories needs; the rest of it is the kernel's to describe. */
const recorded = z.looseObject({
  eventName: z.string(),
  occurredAt: z.iso.datetime(),
  streamVersion: z.int(),
  payload: z.record(z.string(), z.unknown()),
});

export const History = z.object({ items: z.array(recorded) }).meta({ id: 'UserHistory' });

import { positionOf } from '@edtech/shared-kernel';
import { User } from '../../domain/entities/user.entity.ts';
import type { UserState } from '../../domain/entities/user-state.ts';
import { normalizedEmail } from '../../domain/value-objects/email-address.vo.ts';
import { defaultSettings } from '../../domain/value-objects/user-settings.vo.ts';
import type { users, userSettings } from '../database/schema.ts';

type UserRow = typeof users.$inferSelect;
type SettingsRow = typeof userSettings.$inferSelect;

export function toUser(row: UserRow, settings: SettingsRow | null): User {
  const { emailNormalized: _, streamVersion, streamHash, recordedAt, ...rest } = row;
  const state: UserState = {
    ...rest,
    suspendedUntil: row.suspendedUntil?.toISOString() ?? null,
    erasureDueAt: row.erasureDueAt?.toISOString() ?? null,
    settings: settings === null ? defaultSettings(row.locale) : plainSettings(settings),
  };
  return User.rehydrate(state, positionOf({ streamVersion, streamHash, recordedAt }));
}

export function toRow(state: UserState): Omit<UserRow, 'streamVersion' | 'streamHash' | 'recordedAt'> {
  const { settings: _, skills, suspendedUntil, erasureDueAt, ...rest } = state;
  return {
    ...rest,
    emailNormalized: rest.status === 'erased' ? null : normalizedEmail(rest.email),
    skills: [...skills],
    suspendedUntil: suspendedUntil === null ? null : new Date(suspendedUntil),
    erasureDueAt: erasureDueAt === null ? null : new Date(erasureDueAt),
  };
}

function plainSettings({ emailMarketing, lessonReminders, language }: SettingsRow): UserState['settings'] {
  return { emailMarketing, lessonReminders, language };
}

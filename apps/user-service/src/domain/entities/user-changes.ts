import type { ProfileUpdate, UserProfile } from '../value-objects/user-profile.vo.ts';
import type { UserSettings } from '../value-objects/user-settings.vo.ts';
import type { UserProfileUpdatedEvent } from '../events/user-profile-updated.event.ts';
import type { UserSettingsChangedEvent } from '../events/user-settings-changed.event.ts';
import type { UserState } from './user-state.ts';

type ProfileChange = UserProfileUpdatedEvent['payload']['changes'][number];
type SettingsChange = UserSettingsChangedEvent['payload']['changes'][number];

const PROFILE = [
  'firstName',
  'lastName',
  'bio',
  'skills',
  'locale',
  'timezone',
] as const satisfies readonly (keyof UserProfile)[];
const SETTINGS = ['emailMarketing', 'lessonReminders', 'language'] as const satisfies readonly (keyof UserSettings)[];

/** The fields that `update` names and that differ. An empty bio is none. */
export function profileChanges(profile: UserProfile, update: ProfileUpdate): ProfileChange[] {
  return PROFILE.flatMap((field) => {
    const to = field === 'bio' && update.bio === '' ? null : update[field];
    const from = profile[field];
    if (to === undefined || JSON.stringify(to) === JSON.stringify(from)) return [];
    return [{ field, from: plain(from), to: plain(to) }];
  });
}

export function settingsChanges(settings: UserSettings, wanted: UserSettings): SettingsChange[] {
  return SETTINGS.flatMap((field) =>
    wanted[field] === settings[field] ? [] : [{ field, from: settings[field], to: wanted[field] }],
  );
}

export function withChange(state: UserState, { field, to }: ProfileChange): UserState {
  if (field === 'skills') return { ...state, skills: Array.isArray(to) ? to.map(String) : [] };
  if (field === 'bio') return { ...state, bio: to === null ? null : String(to) };
  return { ...state, [field]: String(to) };
}

export function withSetting(settings: UserSettings, { field, to }: SettingsChange): UserSettings {
  return { ...settings, [field]: to };
}

function plain(value: string | null | readonly string[]): string | null | string[] {
  return typeof value === 'string' || value === null ? value : [...value];
}

import type { UserProfile } from '../value-objects/user-profile.vo.ts';
import type { UserRoleName } from '../value-objects/user-role.vo.ts';
import { defaultSettings, type UserSettings } from '../value-objects/user-settings.vo.ts';

export type UserStatus = 'pending_verification' | 'active' | 'suspended' | 'inactive' | 'erased';

/** Everything there is to know of a user, as plain data. Instants are ISO texts in UTC. */
export interface UserState extends UserProfile {
  readonly id: string;
  /** As the user wrote it; empty once the user is erased. */
  readonly email: string;
  readonly role: UserRoleName;
  readonly status: UserStatus;
  readonly isMinor: boolean;
  /** Badge: tutor-service has verified the documents. */
  readonly tutorVerified: boolean;
  readonly suspendedUntil: string | null;
  readonly erasureDueAt: string | null;
  readonly settings: UserSettings;
}

/** Before the first event, and what an erased user looks like apart from id, role and status. */
export const NOBODY: UserState = {
  id: '',
  email: '',
  firstName: '',
  lastName: '',
  role: 'student',
  status: 'pending_verification',
  isMinor: false,
  bio: null,
  skills: [],
  locale: 'en',
  timezone: 'UTC',
  tutorVerified: false,
  suspendedUntil: null,
  erasureDueAt: null,
  settings: defaultSettings('en'),
};

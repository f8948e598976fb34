import type { User } from '../../domain/entities/user.entity.ts';
import type { UserState } from '../../domain/entities/user-state.ts';
import { seesPersonalData, type Viewer } from './viewer.ts';

/** What administrators see whose duties need no personal data. */
export interface PublicUserView extends Pick<UserState, 'id' | 'role' | 'status' | 'locale' | 'timezone' | 'tutorVerified'> {
  readonly streamVersion: number;
}

export interface UserView
  extends
    PublicUserView,
    Pick<UserState, 'email' | 'firstName' | 'lastName' | 'isMinor' | 'bio' | 'skills' | 'suspendedUntil' | 'erasureDueAt'> {}

/** The user's own view. */
export function ownView(user: User): UserView {
  const { settings: _, ...state } = user.state;
  return { ...state, streamVersion: user.streamVersion };
}

export function viewFor(viewer: Viewer, user: User): UserView | PublicUserView {
  if (seesPersonalData(viewer) || (viewer.type === 'user' && viewer.id === user.id)) return ownView(user);
  const { id, role, status, locale, timezone, tutorVerified } = user.state;
  return { id, role, status, locale, timezone, tutorVerified, streamVersion: user.streamVersion };
}

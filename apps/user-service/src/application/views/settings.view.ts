import type { User } from '../../domain/entities/user.entity.ts';
import type { UserSettings } from '../../domain/value-objects/user-settings.vo.ts';

export interface SettingsView extends UserSettings {
  /** Of the user, to which the settings belong. */
  readonly streamVersion: number;
}

export function settingsView(user: User): SettingsView {
  return { ...user.state.settings, streamVersion: user.streamVersion };
}

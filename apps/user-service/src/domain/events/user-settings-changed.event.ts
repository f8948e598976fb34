import type { UserSettingsChanged } from '@edtech/contracts';
import { BaseDomainEvent } from './base-domain.event.ts';

export class UserSettingsChangedEvent extends BaseDomainEvent<UserSettingsChanged> {
  static override readonly EVENT_NAME = 'user.settings_changed';
}

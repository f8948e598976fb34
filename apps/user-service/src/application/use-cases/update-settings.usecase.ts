import { Injectable } from '@nestjs/common';
import type { UserSettings } from '../../domain/value-objects/user-settings.vo.ts';
import { UserRepository } from '../interfaces/repository.interface.ts';
import { settingsView, type SettingsView } from '../views/settings.view.ts';

@Injectable()
export class UpdateSettingsUseCase {
  constructor(private readonly users: UserRepository) {}

  /** Throws NotFound, PreconditionFailed, UserSuspended, InvalidState. */
  async execute(userId: string, settings: UserSettings, expectedVersion?: number): Promise<SettingsView> {
    const user = await this.users.get(userId);
    user.expectVersion(expectedVersion);
    user.changeSettings(settings);
    await this.users.save(user);
    return settingsView(user);
  }
}

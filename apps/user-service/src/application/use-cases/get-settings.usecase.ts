import { Injectable } from '@nestjs/common';
import { UserRepository } from '../interfaces/repository.interface.ts';
import { settingsView, type SettingsView } from '../views/settings.view.ts';

@Injectable()
export class GetSettingsUseCase {
  constructor(private readonly users: UserRepository) {}

  async execute(userId: string): Promise<SettingsView> {
    return settingsView(await this.users.get(userId));
  }
}

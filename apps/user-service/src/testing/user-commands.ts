import type { CommandInput } from '@edtech/shared-kernel/testing';
import type { CreateUserRequestDto } from '../application/dto/create-user.dto.ts';
import { BecomeTutorUseCase } from '../application/use-cases/become-tutor.usecase.ts';
import { ChangeRoleUseCase } from '../application/use-cases/change-role.usecase.ts';
import { CreateUserUseCase } from '../application/use-cases/create-user.usecase.ts';
import { DeactivateSelfUseCase } from '../application/use-cases/deactivate-self.usecase.ts';
import { ReactivateUserUseCase } from '../application/use-cases/reactivate-user.usecase.ts';
import { RequestErasureUseCase } from '../application/use-cases/request-erasure.usecase.ts';
import { SuspendUserUseCase } from '../application/use-cases/suspend-user.usecase.ts';
import { UpdateSettingsUseCase } from '../application/use-cases/update-settings.usecase.ts';
import { UpdateUserUseCase } from '../application/use-cases/update-user.usecase.ts';
import type { Viewer } from '../application/views/viewer.ts';
import { SERVICE_NAME } from '../constants.ts';
import type { ProfileUpdate } from '../domain/value-objects/user-profile.vo.ts';
import type { UserSettings } from '../domain/value-objects/user-settings.vo.ts';

const SUPERADMIN: Viewer & { readonly role: string } = {
  id: '0b9d3f1c-0000-4000-8000-0000000000ad',
  type: 'user',
  role: 'superadmin',
  duties: ['support', 'compliance'],
};

function byAdmin(label: string, run: CommandInput['run']): CommandInput {
  return { kind: 'command', service: SERVICE_NAME, label, actor: { id: SUPERADMIN.id, role: SUPERADMIN.role }, run };
}

function bySelf(userId: string, label: string, run: CommandInput['run']): CommandInput {
  return { kind: 'command', service: SERVICE_NAME, label, actor: { id: userId }, run };
}

/** The commands of user-service as its clients send them. */
export const userCommands = {
  create: (id: string, dto: CreateUserRequestDto): CommandInput =>
    byAdmin(`create ${dto.role} ${id}`, (app) => app.get(CreateUserUseCase).execute(dto, SUPERADMIN, id)),
  changeRole: (id: string, role: string): CommandInput =>
    byAdmin(`make ${id} ${role}`, (app) => app.get(ChangeRoleUseCase).execute(id, role, 'asked for it', SUPERADMIN)),
  suspend: (id: string, until?: string): CommandInput =>
    byAdmin(`suspend ${id}`, (app) => app.get(SuspendUserUseCase).execute(id, { reason: 'abuse', until }, SUPERADMIN)),
  reactivate: (id: string): CommandInput =>
    byAdmin(`reactivate ${id}`, (app) => app.get(ReactivateUserUseCase).execute(id, SUPERADMIN)),
  deactivate: (id: string): CommandInput => bySelf(id, `deactivate ${id}`, (app) => app.get(DeactivateSelfUseCase).execute(id)),
  becomeTutor: (id: string): CommandInput =>
    bySelf(id, `${id} becomes a tutor`, (app) => app.get(BecomeTutorUseCase).execute(id, { subjects: ['algebra'] })),
  updateProfile: (id: string, update: ProfileUpdate): CommandInput =>
    bySelf(id, `update ${id}`, (app) => app.get(UpdateUserUseCase).execute(id, update)),
  updateSettings: (id: string, settings: UserSettings): CommandInput =>
    bySelf(id, `settings of ${id}`, (app) => app.get(UpdateSettingsUseCase).execute(id, settings)),
  requestErasure: (id: string): CommandInput => bySelf(id, `erase ${id}`, (app) => app.get(RequestErasureUseCase).execute(id)),
};

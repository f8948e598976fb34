import { Injectable } from '@nestjs/common';
import { User } from '../../domain/entities/user.entity.ts';
import { UserRole } from '../../domain/value-objects/user-role.vo.ts';
import type { CreateUserRequestDto } from '../dto/create-user.dto.ts';
import { UserRepository } from '../interfaces/repository.interface.ts';
import { viewFor, type PublicUserView, type UserView } from '../views/user.view.ts';
import { authorityOf, type Viewer } from '../views/viewer.ts';

@Injectable()
export class CreateUserUseCase {
  constructor(private readonly users: UserRepository) {}

  /** Throws RoleNotGrantable, UnknownRole, ProfileRuleViolated, EmailTaken. */
  async execute(dto: CreateUserRequestDto, viewer: Viewer, id: string = crypto.randomUUID()): Promise<UserView | PublicUserView> {
    const user = User.create({ ...dto, id, role: UserRole.fromString(dto.role), by: authorityOf(viewer) });
    await this.users.save(user);
    return viewFor(viewer, user);
  }
}

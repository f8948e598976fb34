import type { AdminUser, AdminUserState } from '../../domain/entities/admin-user.entity.ts';

export interface AdminUserView extends Omit<AdminUserState, 'id'> {
  readonly userId: string;
  readonly streamVersion: number;
}

export function adminUserView({ state, streamVersion }: AdminUser): AdminUserView {
  return { userId: state.id, duties: state.duties, status: state.status, streamVersion };
}

import type { Answer } from '../http-client.ts';
import { eventually, type Doors, type News } from './doors.ts';
import type { Duty, Member, PeopleFacts, Role } from './member.ts';

/** What a superadmin decides about members. An outcome that stays unknown makes a member one about whom nothing is known any more. */
export class BackOffice {
  #acts = 0;

  constructor(
    private readonly doors: Doors,
    private readonly facts: PeopleFacts,
    /** Of the superadmin. */
    readonly token: string,
  ) {}

  /** True: acknowledged. */
  async changeRole(member: Member, newRole: Role): Promise<boolean> {
    const { userId } = member;
    if (newRole === 'admin' && member.wasAdmin && !(await this.#isForgottenAsAdmin(member))) return false;
    const reason = this.#unique('change');
    const answer = await this.doors.askPatiently(
      'user-service',
      { method: 'POST', path: `/users/${userId}/role`, token: this.token, body: { newRole, reason }, key: reason },
      ['NOT_FOUND', 'USER_NOT_ACTIVE'],
    );
    member.disturbed = true;
    member.role = this.#isDone('a change of role', answer) ? newRole : undefined;
    if (member.role === undefined) return false;
    member.duties = [];
    member.wasAdmin ||= newRole === 'admin';
    this.facts.roleChanges.push({ userId, newRole, reason });
    return true;
  }

  /** From now on these, and no others. */
  async grant(member: Member, duties: readonly Duty[]): Promise<boolean> {
    const path = `/admin/admins/${member.userId}/duties`;
    const answer = await this.doors.askPatiently(
      'admin-service',
      { method: 'PUT', path, token: this.token, body: { duties }, key: this.#unique('grant') },
      ['NOT_FOUND', 'ADMIN_NOT_ACTIVE'],
    );
    member.disturbed = true;
    member.duties = this.#isDone('a grant of duties', answer) ? duties : undefined;
    return member.duties !== undefined;
  }

  /** Through the service that keeps users, or through the one whose people administer them. */
  async suspend(member: Member, through: 'user-service' | 'admin-service'): Promise<boolean> {
    const reason = this.#unique('suspension');
    const answer = await this.doors.askPatiently(
      through,
      through === 'user-service'
        ? { method: 'POST', path: `/users/${member.userId}/suspend`, token: this.token, body: { reason }, key: reason }
        : {
            method: 'PUT',
            path: `/admin/users/${member.userId}/status`,
            token: this.token,
            body: { status: 'suspended', reason },
            key: reason,
          },
      ['NOT_FOUND', 'INVALID_STATE'],
    );
    member.disturbed = true;
    member.status = this.#isDone('a suspension', answer) ? 'suspended' : undefined;
    if (member.status === undefined) return false;
    this.facts.suspensions.push({ userId: member.userId, reason });
    return true;
  }

  async reactivate(member: Member): Promise<boolean> {
    const key = this.#unique('reactivation');
    const path = `/users/${member.userId}/reactivate`;
    const answer = await this.doors.ask('user-service', { method: 'POST', path, token: this.token, key });
    member.status = this.#isDone('a reactivation', answer) ? 'active' : undefined;
    return member.status !== undefined;
  }

  /**
   * Who is appointed again before admin-service has heard of the loss would lose duties that were given in between; before identity-service has
   * heard of their end, the old ones would be in the tokens until then.
   */
  async #isForgottenAsAdmin({ userId: aggregateId }: Member): Promise<boolean> {
    const news: readonly News[] = [
      { by: 'admin-service.user-events', of: 'user-service', names: ['user.created', 'user.role_changed'], aggregateId },
      {
        by: 'identity-service.admin-events',
        of: 'admin-service',
        names: ['admin.duties_changed', 'admin.deactivated'],
        aggregateId,
      },
    ];
    for (const piece of news) {
      const heard = await eventually(async () => (await this.doors.hasHeard(piece).catch(() => false)) || undefined);
      if (heard !== true) return false;
    }
    return true;
  }

  #isDone(what: string, answer: Answer | undefined): boolean {
    if (answer !== undefined && answer.status !== 200) this.doors.expectedNot(what, answer);
    return answer?.status === 200;
  }

  #unique(act: string): string {
    return `${act}-${String(this.#acts++).padStart(6, '0')}`;
  }
}

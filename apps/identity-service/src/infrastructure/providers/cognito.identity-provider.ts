import { IdentityProvider } from '../../application/interfaces/identity-provider.ts';
import type { Role } from '../../domain/value-objects/user-card.vo.ts';
import { CognitoApi, CognitoError } from './cognito.api.ts';

export interface CognitoPool {
  readonly userPoolId: string;
  readonly clientId: string;
  readonly region: string;
  readonly endpoint: string;
}

const ROLES: readonly Role[] = ['student', 'tutor', 'admin', 'superadmin'];
const NOBODY = '00000000-0000-0000-0000-000000000000';

/**
 * A user pool keeps the passwords and mirrors roles (a group each) and standing. The username is our userId. Tokens are ours all the same:
 * those that the pool answers to a right password are thrown away.
 */
export class CognitoIdentityProvider extends IdentityProvider {
  readonly #api: CognitoApi;

  constructor(private readonly pool: CognitoPool) {
    super();
    this.#api = new CognitoApi(pool);
  }

  async signUp(userId: string, email: string, password: string): Promise<void> {
    await this.#call('AdminCreateUser', userId, {
      UserAttributes: [{ Name: 'email', Value: email }],
      MessageAction: 'SUPPRESS',
    }).catch(ignoring('UsernameExistsException'));
    await this.#setPassword(userId, password);
  }

  async passwordMatches(userId: string | undefined, password: string): Promise<boolean> {
    try {
      await this.#api.call('AdminInitiateAuth', {
        UserPoolId: this.pool.userPoolId,
        ClientId: this.pool.clientId,
        AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
        AuthParameters: { USERNAME: userId ?? NOBODY, PASSWORD: password },
      });
      return userId !== undefined;
    } catch (error) {
      if (isCognito(error, 'NotAuthorizedException') || isCognito(error, 'UserNotFoundException')) return false;
      throw error;
    }
  }

  async changePassword(userId: string, email: string, password: string): Promise<void> {
    try {
      await this.#setPassword(userId, password);
    } catch (error) {
      if (!isCognito(error, 'UserNotFoundException')) throw error;
      await this.signUp(userId, email, password);
    }
  }

  async setRole(userId: string, role: Role): Promise<void> {
    try {
      const groups = groupsIn(await this.#call('AdminListGroupsForUser', userId));
      for (const other of ROLES) {
        if (other !== role && groups.includes(other)) await this.#call('AdminRemoveUserFromGroup', userId, { GroupName: other });
      }
      if (!groups.includes(role)) await this.#call('AdminAddUserToGroup', userId, { GroupName: role });
    } catch (error) {
      if (!isCognito(error, 'UserNotFoundException')) throw error;
    }
  }

  async disable(userId: string): Promise<void> {
    await this.#call('AdminDisableUser', userId).catch(ignoring('UserNotFoundException'));
  }

  async enable(userId: string): Promise<void> {
    await this.#call('AdminEnableUser', userId).catch(ignoring('UserNotFoundException'));
  }

  async signOutEverywhere(userId: string): Promise<void> {
    await this.#call('AdminUserGlobalSignOut', userId).catch(ignoring('UserNotFoundException'));
  }

  async remove(userId: string): Promise<void> {
    await this.#call('AdminDeleteUser', userId).catch(ignoring('UserNotFoundException'));
  }

  async #setPassword(userId: string, password: string): Promise<void> {
    await this.#call('AdminSetUserPassword', userId, { Password: password, Permanent: true });
  }

  #call(operation: string, userId: string, more: Readonly<Record<string, unknown>> = {}): Promise<unknown> {
    return this.#api.call(operation, { UserPoolId: this.pool.userPoolId, Username: userId, ...more });
  }
}

function isCognito(error: unknown, type: string): boolean {
  return error instanceof CognitoError && error.type === type;
}

function ignoring(type: string): (error: unknown) => void {
  return (error) => {
    if (!isCognito(error, type)) throw error;
  };
}

function groupsIn(answer: unknown): string[] {
  const groups = typeof answer === 'object' && answer !== null && 'Groups' in answer ? answer.Groups : [];
  if (!Array.isArray(groups)) return [];
  return groups.flatMap((group: unknown) =>
    typeof group === 'object' && group !== null && 'GroupName' in group ? [String(group.GroupName)] : [],
  );
}

import type { Duty, Role } from '../../domain/value-objects/user-card.vo.ts';

export interface AccessClaims {
  readonly userId: string;
  readonly sessionId: string;
  readonly role: Role;
  readonly duties: readonly Duty[];
  readonly tutorVerified: boolean;
  /** The token is issued strictly after it, to the millisecond. */
  readonly after: Date | undefined;
}

export abstract class AccessTokens {
  abstract issue(claims: AccessClaims): Promise<string>;
}

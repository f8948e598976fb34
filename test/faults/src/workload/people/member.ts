export type Role = 'student' | 'tutor' | 'admin';
export type Duty = 'verification' | 'support' | 'compliance';

export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly sessionId: string;
}

/** Somebody who has registered, as far as it was acknowledged. One client at a time acts for a member. */
export interface Member {
  readonly userId: string;
  readonly email: string;
  verified: boolean;
  /** Undefined from when on an outcome stayed unknown; so with the next two. */
  role: Role | undefined;
  status: 'active' | 'suspended' | undefined;
  duties: readonly Duty[] | undefined;
  /** Whether it has ever been an administrator. */
  wasAdmin: boolean;
  /** Whether its sessions may have been ended by another hand than its own. */
  disturbed: boolean;
  /** Too many wrong passwords. */
  locked: boolean;
  session: Tokens | undefined;
}

/** What the clients were told, and what must therefore be so when all is quiet. */
export interface PeopleFacts {
  readonly members: Member[];
  /** Each reason is given once. */
  readonly roleChanges: { readonly userId: string; readonly newRole: Role; readonly reason: string }[];
  readonly suspensions: { readonly userId: string; readonly reason: string }[];
  /** Each mark stands in one decision. */
  readonly decisions: { readonly caseId: string; readonly decision: Decision; readonly mark: string }[];
  readonly submissions: { readonly tutorId: string; readonly attempt: number }[];
  readonly logins: { readonly userId: string; readonly sessionId: string }[];
  readonly logouts: { readonly sessionId: string; readonly acknowledged: boolean }[];
  readonly wrongPasswords: { readonly userId: string; readonly refused: number; readonly tried: number }[];
}

export type Decision = 'approved' | 'rejected' | 'info_requested';

export function noFacts(): PeopleFacts {
  return {
    members: [],
    roleChanges: [],
    suspensions: [],
    decisions: [],
    submissions: [],
    logins: [],
    logouts: [],
    wrongPasswords: [],
  };
}

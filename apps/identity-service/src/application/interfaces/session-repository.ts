import type { Session } from '../../domain/entities/session.entity.ts';

/** Every method but the reading ones runs inside a unit of work. Whoever changes a session holds its account. */
export abstract class SessionRepository {
  /** By its refresh token, the good one or one that was exchanged before. */
  abstract findByToken(tokenHash: string): Promise<Session | undefined>;
  abstract of(userId: string): Promise<Session[]>;
  abstract add(session: Session): Promise<void>;
  /** Keeps `exchanged`, the hash of the token that is no good any more. */
  abstract rotate(session: Session, exchanged: string): Promise<void>;
  /** False: there was none of this user. */
  abstract end(sessionId: string, userId: string): Promise<boolean>;
  abstract endAll(userId: string): Promise<void>;
}

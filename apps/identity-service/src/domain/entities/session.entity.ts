/** Instants are ISO texts. */
export interface SessionState {
  readonly id: string;
  readonly userId: string;
  /** Of the refresh token that is good for one exchange. */
  readonly tokenHash: string;
  readonly createdAt: string;
  readonly refreshedAt: string;
  readonly expiresAt: string;
}

interface NewSession {
  readonly id: string;
  readonly userId: string;
  readonly tokenHash: string;
  readonly now: Date;
  readonly livesMs: number;
}

/** A family of refresh tokens, of which one at a time is good, once. */
export class Session {
  constructor(readonly state: SessionState) {}

  static begin({ id, userId, tokenHash, now, livesMs }: NewSession): Session {
    const at = now.toISOString();
    return new Session({
      id,
      userId,
      tokenHash,
      createdAt: at,
      refreshedAt: at,
      expiresAt: new Date(now.getTime() + livesMs).toISOString(),
    });
  }

  /** The session after its token was exchanged for the one of `tokenHash`; from then on it lives `livesMs` again. */
  rotated(tokenHash: string, now: Date, livesMs: number): Session {
    const expiresAt = new Date(now.getTime() + livesMs).toISOString();
    return new Session({ ...this.state, tokenHash, refreshedAt: now.toISOString(), expiresAt });
  }

  /** Whether `tokenHash` is of a token that was exchanged before. */
  isReusedBy(tokenHash: string): boolean {
    return tokenHash !== this.state.tokenHash;
  }

  hasEnded(now: Date): boolean {
    return Date.parse(this.state.expiresAt) <= now.getTime();
  }
}

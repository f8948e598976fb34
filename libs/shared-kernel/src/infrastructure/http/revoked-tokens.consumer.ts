import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Consumer, Consumes } from '../../application/consumer.ts';
import type { RecordedEvent } from '../../domain/recorded-event.ts';
import { UnitOfWork } from '../database/unit-of-work.ts';

const payload = z.object({ userId: z.string() });

/** What the kernel reads of identity's contract. A service takes part by having that contract among its own. */
export const SessionsRevoked = {
  name: 'identity.sessions_revoked',
  parse: (value: unknown): z.output<typeof payload> => payload.parse(value),
};

/** Whether a service with these contracts takes part. */
export function hearsOfRevocations(contracts: Iterable<{ readonly name: string }>): boolean {
  return [...contracts].some(({ name }) => name === SessionsRevoked.name);
}

/** For each user the instant before which issued tokens count no more. */
export abstract class Revocations {
  /** In the running transaction; an earlier instant than the known one changes nothing. */
  abstract remember(userId: string, notBefore: string): Promise<void>;
}

@Injectable()
export class SqlRevocations extends Revocations {
  constructor(private readonly unitOfWork: UnitOfWork) {
    super();
  }

  async remember(userId: string, notBefore: string): Promise<void> {
    const client = await this.unitOfWork.client();
    await client.query({
      text: `INSERT INTO revoked_tokens (user_id, not_before) VALUES ($1, $2)
             ON CONFLICT (user_id) DO UPDATE SET not_before = GREATEST(revoked_tokens.not_before, excluded.not_before)`,
      values: [userId, notBefore],
    });
  }
}

/** Remembers for each user the latest revocation; which of several events comes first, and how often, does not matter. */
@Injectable()
@Consumer({ name: 'kernel.revoked-tokens', order: 'any' })
export class RevokedTokensConsumer {
  constructor(private readonly revocations: Revocations) {}

  @Consumes(SessionsRevoked)
  async handleSessionsRevoked({ payload: { userId }, occurredAt }: RecordedEvent<{ userId: string }>): Promise<void> {
    await this.revocations.remember(userId, occurredAt);
  }
}

import { z } from 'zod';
import type { SessionView } from '../application/use-cases/list-sessions.usecase.ts';
import type { Tokens as TokensView } from '../application/tokens.ts';

/** What the routes answer, for the API's document; the compiler compares each schema with its view. */
export const Registered = z.object({ userId: z.guid(), status: z.string() }).meta({ id: 'Registration' });

export const Status = z.object({ status: z.string() }).meta({ id: 'AccountStatus' });

export const Decision = z.object({ decision: z.enum(['granted', 'declined']) }).meta({ id: 'GuardianDecision' });

export const Tokens = z
  .object({ accessToken: z.string(), refreshToken: z.string(), expiresIn: z.int() })
  .meta({ id: 'Tokens' }) satisfies z.ZodType<TokensView>;

export const Sessions = z
  .object({
    items: z.array(
      z.object({
        id: z.guid(),
        createdAt: z.iso.datetime(),
        refreshedAt: z.iso.datetime(),
        expiresAt: z.iso.datetime(),
      }),
    ),
  })
  .meta({ id: 'Sessions' }) satisfies z.ZodType<{ items: SessionView[] }>;

export const KeySet = z.object({ keys: z.array(z.record(z.string(), z.unknown())) }).meta({ id: 'KeySet' });

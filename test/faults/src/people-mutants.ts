import type { Mutant } from './mutants.ts';

const KERNEL = 'libs/shared-kernel/dist';
const IDENTITY = 'apps/identity-service/dist';
const ADMIN = 'apps/admin-service/dist';

/** Bugs that only the real services can have, or that matter most there. */
export const peopleMutants: readonly Mutant[] = [
  {
    id: 'R1',
    bug: 'no service remembers that tokens were revoked',
    caughtBy: ['rights'],
    patches: [
      {
        file: `${KERNEL}/infrastructure/http/revoked-tokens.consumer.js`,
        find: 'INSERT INTO revoked_tokens (user_id, not_before) VALUES ($1, $2)',
        replace: 'INSERT INTO revoked_tokens (user_id, not_before) SELECT $1::text, $2::timestamptz WHERE false',
      },
    ],
  },
  {
    id: 'R2',
    bug: 'whoever loses a role keeps the tokens',
    caughtBy: ['rights'],
    patches: [
      {
        file: `${IDENTITY}/domain/entities/account.entity.js`,
        find: "if (role !== before.role)\n            this.revokeSessions('role_changed');",
        replace: 'if (role !== before.role)\n            return;',
      },
    ],
  },
  {
    id: 'R3',
    bug: 'sessions outlive a revocation',
    caughtBy: ['I1'],
    patches: [
      {
        file: `${IDENTITY}/application/use-cases/learn-about-user.usecase.js`,
        find: 'if (revoked)\n            await this.sessions.endAll(account.id);',
        replace: '',
      },
    ],
  },
  {
    id: 'R4',
    bug: 'who is no administrator any more stays one at admin-service',
    caughtBy: ['I6'],
    patches: [
      {
        file: `${ADMIN}/application/use-cases/follow-role.usecase.js`,
        find: 'else\n            await this.#deactivate(userId);',
        replace: '',
      },
    ],
  },
  {
    id: 'R5',
    bug: 'the audit leaves suspensions out',
    caughtBy: ['I2'],
    patches: [
      {
        file: `${ADMIN}/infrastructure/event-consumers/audit-events.consumer.js`,
        find: 'await this.record.execute(event);',
        replace: "if (event.eventName !== 'user.suspended') await this.record.execute(event);",
      },
    ],
  },
  {
    id: 'R6',
    bug: 'a wrong password is refused and not counted',
    caughtBy: ['I1'],
    patches: [
      {
        file: `${IDENTITY}/application/use-cases/login.usecase.js`,
        find: 'await this.accounts.save(account);\n        return new Refusal(new InvalidCredentials());',
        replace: 'throw new InvalidCredentials();',
      },
    ],
  },
];

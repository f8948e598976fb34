import { mutants, type Mutant } from './mutants.ts';

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
    bug: 'the account takes every role it hears of, older ones as well',
    caughtBy: ['I6'],
    patches: [
      {
        file: `${IDENTITY}/infrastructure/repositories/sql-user-cards.js`,
        find: '`excluded.${version} > card.${version}${',
        replace: '`excluded.${version} > 0${',
      },
    ],
  },
  {
    id: 'R5',
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
    id: 'R6',
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
    id: 'R7',
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
  {
    id: 'R8',
    bug: 'the answer to a command is not kept: repeated, it is a new one',
    caughtBy: ['client error'],
    needsKills: true,
    patches: [
      {
        file: `${KERNEL}/infrastructure/http/command.interceptor.js`,
        find: 'this.unit.respond({ principal, key, bodyHash, status: reply.statusCode, response });',
        replace: '',
      },
    ],
  },
  ...mutants.filter(({ id }) => id === 'P8'),
];

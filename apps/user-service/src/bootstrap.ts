import { parseArgs } from 'node:util';
import { DomainError } from '@edtech/shared-kernel';
import { bootstrapSuperadmin } from './user-service.module.ts';

const USAGE = 'node bootstrap.js --email <address> --first-name <name> --last-name <name>';

const { values } = parseArgs({
  options: { email: { type: 'string' }, 'first-name': { type: 'string' }, 'last-name': { type: 'string' } },
});
const { email, 'first-name': firstName, 'last-name': lastName } = values;
if (email === undefined || firstName === undefined || lastName === undefined) {
  process.stderr.write(`${USAGE}\n\nMakes the first superadmin, with the environment of user-service.\n`);
  process.exit(64);
}
try {
  const { userId } = await bootstrapSuperadmin({ email, firstName, lastName });
  process.stdout.write(`superadmin ${userId}; the mail with which the password is set is on its way\n`);
} catch (error) {
  process.stderr.write(`nobody was made superadmin: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(error instanceof DomainError ? 1 : 70);
}

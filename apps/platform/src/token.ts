import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { loadConfig } from './config.ts';
import { DevelopmentIssuer, type TokenRequest } from './development-issuer.ts';
import { startFailure } from './start-failure.ts';

const ROLES: readonly TokenRequest['role'][] = ['student', 'tutor', 'admin', 'superadmin', 'service'];
const DUTIES = ['verification', 'support', 'finance', 'compliance', 'operations'];
const USAGE = `npm run token -- --role ${ROLES.join('|')} [--user <userId>] [--duties ${DUTIES.join(',')}]`;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Throws an error that names the argument which cannot be used. */
function tokenRequest(): TokenRequest {
  const { values } = parseArgs({
    options: { role: { type: 'string' }, user: { type: 'string' }, duties: { type: 'string', default: '' } },
  });
  const role = ROLES.find((known) => known === values.role);
  if (role === undefined) throw new Error(values.role === undefined ? '--role is missing' : `there is no role ${values.role}`);
  const duties = values.duties.split(',').filter((duty) => duty !== '');
  const unknown = duties.find((duty) => !DUTIES.includes(duty));
  if (unknown !== undefined) throw new Error(`there is no duty ${unknown}`);
  const userId = values.user ?? randomUUID();
  if (role !== 'service' && !UUID.test(userId))
    throw new Error(`${userId} is no userId: those are UUIDs, such as ${randomUUID()}`);
  return { userId, role, duties };
}

let request: TokenRequest;
try {
  request = tokenRequest();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n  ${USAGE}\n`);
  process.exit(64);
}
try {
  const config = loadConfig();
  const issuer = await DevelopmentIssuer.open(config.dataDir, config.production);
  process.stdout.write(`${await issuer.mint(request)}\n`);
} catch (error) {
  process.stderr.write(`no token was made: ${startFailure(error)}\n`);
  process.exit(1);
}

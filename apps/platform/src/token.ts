import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { loadConfig } from './config.ts';
import { DevelopmentIssuer, type TokenRequest } from './development-issuer.ts';

const ROLES: readonly TokenRequest['role'][] = ['student', 'tutor', 'admin', 'superadmin', 'service'];
const USAGE = `npm run token -- --role ${ROLES.join('|')} [--user <userId>] [--duties support,operations]\n`;

const { values } = parseArgs({
  options: { role: { type: 'string' }, user: { type: 'string' }, duties: { type: 'string', default: '' } },
});
const role = ROLES.find((known) => known === values.role);
if (role === undefined) {
  process.stderr.write(USAGE);
  process.exit(64);
}
const config = loadConfig();
try {
  const issuer = await DevelopmentIssuer.open(config.dataDir, config.production);
  const duties = values.duties.split(',').filter((duty) => duty !== '');
  process.stdout.write(`${await issuer.mint({ userId: values.user ?? randomUUID(), role, duties })}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

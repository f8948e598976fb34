import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { loadConfig } from './config.ts';
import { DevelopmentIssuer, type TokenRequest } from './development-issuer.ts';
import { SERVICE_NAMES, ServiceKeys } from './service-keys.ts';
import { startFailure } from './start-failure.ts';

const ROLES: readonly TokenRequest['role'][] = ['student', 'tutor', 'admin', 'superadmin'];
const DUTIES = ['verification', 'support', 'finance', 'compliance', 'operations'];
const USAGE = `npm run token -- --role ${ROLES.join('|')} [--user <userId>] [--duties ${DUTIES.join(',')}]
  npm run token -- --service <service that calls> --to <service that is called>`;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

interface ServiceTokenRequest {
  readonly from: string;
  readonly to: string;
}

/** Throws an error that names the argument which cannot be used. */
function tokenRequest(): TokenRequest | ServiceTokenRequest {
  const { values } = parseArgs({
    options: {
      role: { type: 'string' },
      user: { type: 'string' },
      duties: { type: 'string', default: '' },
      service: { type: 'string' },
      to: { type: 'string' },
    },
  });
  if (values.service !== undefined) return { from: serviceNamed(values.service), to: serviceNamed(values.to) };
  const role = ROLES.find((known) => known === values.role);
  if (role === undefined) throw new Error(values.role === undefined ? '--role is missing' : `there is no role ${values.role}`);
  const duties = values.duties.split(',').filter((duty) => duty !== '');
  const unknown = duties.find((duty) => !DUTIES.includes(duty));
  if (unknown !== undefined) throw new Error(`there is no duty ${unknown}`);
  const userId = values.user ?? randomUUID();
  if (!UUID.test(userId)) throw new Error(`${userId} is no userId: those are UUIDs, such as ${randomUUID()}`);
  return { userId, role, duties };
}

function serviceNamed(name: string | undefined): string {
  const service = SERVICE_NAMES.find((known) => known === name);
  if (service === undefined) throw new Error(name === undefined ? '--to is missing' : `there is no service ${name}`);
  return service;
}

let request: TokenRequest | ServiceTokenRequest;
try {
  request = tokenRequest();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n  ${USAGE}\n`);
  process.exit(64);
}
try {
  const config = loadConfig();
  const issuer = await DevelopmentIssuer.open(config.dataDir, config.production);
  const token =
    'role' in request
      ? await issuer.mint(request)
      : await (await ServiceKeys.open(config.dataDir)).token(request.from, request.to);
  process.stdout.write(`${token}\n`);
} catch (error) {
  process.stderr.write(`no token was made: ${startFailure(error)}\n`);
  process.exit(1);
}

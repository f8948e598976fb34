import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { loadConfig } from './config.ts';
import { Api } from './demo/api.ts';
import { People, superadminCredentials } from './people.ts';
import { SERVICE_NAMES, ServiceKeys } from './service-keys.ts';
import { startFailure } from './start-failure.ts';

const ROLES = ['student', 'tutor', 'admin', 'superadmin'] as const;
type Role = (typeof ROLES)[number];
const USAGE = `npm run token -- --role ${ROLES.join('|')} [--email <address>] [--duties <duty>,…]
  npm run token -- --service <service that calls> --to <service that is called>`;

interface TokenRequest {
  readonly role: Role;
  readonly email: string;
  /** Of an administrator. */
  readonly duties: readonly string[];
}

interface ServiceTokenRequest {
  readonly from: string;
  readonly to: string;
}

/** Throws an error that names the argument which cannot be used. */
function tokenRequest(): TokenRequest | ServiceTokenRequest {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({ options: { role: text, email: text, duties: text, service: text, to: text } });
  if (values.service !== undefined) return { from: serviceNamed(values.service), to: serviceNamed(values.to) };
  const role = ROLES.find((known) => known === values.role);
  if (role === undefined) throw new Error(values.role === undefined ? '--role is missing' : `there is no role ${values.role}`);
  if (values.duties !== undefined && role !== 'admin') throw new Error('--duties are for the role admin');
  return {
    role,
    email: values.email ?? `${role}.${randomUUID().slice(0, 8)}@example.org`,
    duties: values.duties?.split(',') ?? [],
  };
}

/** By signing in: whoever is no superadmin registers first, and an administrator is appointed by the superadmin. */
async function tokenOf({ role, email, duties }: TokenRequest): Promise<string> {
  const { dataDir, gatewayPort } = loadConfig();
  const api = new Api(`http://127.0.0.1:${gatewayPort}`);
  const people = new People(api);
  const superadmin = await superadminCredentials(dataDir);
  if (role === 'superadmin') return people.login(superadmin.email, superadmin.password);
  if (role !== 'admin') return (await people.register(role, email)).token;
  const token = await people.login(superadmin.email, superadmin.password);
  return (await people.appoint(token, email, duties)).token;
}

async function serviceTokenOf({ from, to }: ServiceTokenRequest): Promise<string> {
  return (await ServiceKeys.open(loadConfig().dataDir)).token(from, to);
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
  process.stdout.write(`${'role' in request ? await tokenOf(request) : await serviceTokenOf(request)}\n`);
} catch (error) {
  process.stderr.write(`no token was made: ${startFailure(error)}\n`);
  process.exit(1);
}

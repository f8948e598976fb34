import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { loadConfig } from './config.ts';
import { Api, textAt } from './demo/api.ts';
import { People, superadminCredentials } from './people.ts';
import { startFailure } from './start-failure.ts';

const ROLES = ['student', 'tutor', 'admin', 'superadmin'] as const;
type Role = (typeof ROLES)[number];
const USAGE = `npm run token -- --role ${ROLES.join('|')} [--email <address>]`;

/** Throws an error that names the argument which cannot be used. */
function tokenRequest(): { role: Role; email: string } {
  const { values } = parseArgs({ options: { role: { type: 'string' }, email: { type: 'string' } } });
  const role = ROLES.find((known) => known === values.role);
  if (role === undefined) throw new Error(values.role === undefined ? '--role is missing' : `there is no role ${values.role}`);
  return { role, email: values.email ?? `${role}.${randomUUID().slice(0, 8)}@example.org` };
}

/** By signing in: whoever is no superadmin registers first, and an administrator is appointed by the superadmin. */
async function tokenOf(role: Role, email: string): Promise<string> {
  const { dataDir, gatewayPort } = loadConfig();
  const api = new Api(`http://127.0.0.1:${gatewayPort}`);
  const people = new People(api);
  const superadmin = await superadminCredentials(dataDir);
  if (role === 'superadmin') return people.login(superadmin.email, superadmin.password);
  if (role !== 'admin') return (await people.register(role, email)).token;
  const { userId } = await people.register('student', email);
  const token = await people.login(superadmin.email, superadmin.password);
  for (const until = Date.now() + 20_000; ;) {
    const body = { newRole: 'admin', reason: 'for development' };
    const answer = await api.call('POST', `/users/${userId}/role`, { token, body });
    const own = await people.login(email);
    if (answer.status !== 200 && textAt(answer.body, 'code') === 'SAME_ROLE' && roleIn(own) === 'admin') return own;
    if (Date.now() > until) throw new Error(`${email} did not become admin: ${answer.status} ${textAt(answer.body, 'code')}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

function roleIn(token: string): unknown {
  const claims: { readonly role?: unknown } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
  return claims.role;
}

let request: ReturnType<typeof tokenRequest>;
try {
  request = tokenRequest();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n  ${USAGE}\n`);
  process.exit(64);
}
try {
  process.stdout.write(`${await tokenOf(request.role, request.email)}\n`);
} catch (error) {
  process.stderr.write(`no token was made: ${startFailure(error)}\n`);
  process.exit(1);
}

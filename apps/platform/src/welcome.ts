import { styleText } from 'node:util';
import { randomUUID } from 'node:crypto';
import type { RunningPlatform } from './start-platform.ts';
import { services } from './services.ts';

/** What a newcomer sees when everything runs: where things are and what to try. */
export async function welcome(platform: RunningPlatform, dataDir: string, startedInMs: number): Promise<string> {
  const admin = await platform.issuer.mint({
    userId: randomUUID(),
    role: 'admin',
    duties: ['support', 'operations', 'compliance', 'verification'],
  });
  const bold = (text: string): string => styleText('bold', text);
  const { url } = platform;
  return `
${bold('EdTech Platform')} is running, ${(startedInMs / 1_000).toFixed(1)} s after its start.

  gateway    ${url}
  docs       ${services.map(({ definition }) => `${url}/${definition.name}/docs`).join('  ')}
  health     ${url}/health
  mails      ${url}/mailbox
  aws        ${platform.awsUrl}
  postgres   ${platform.postgres}

${bold('Try')}
  npm run demo                                   the whole slice, step by step
  npm run token -- --role student                a token of your own (admin, tutor …)

  TOKEN=${admin}
  curl -s ${url}/users -H "authorization: Bearer $TOKEN" -H 'content-type: application/json' \\
    -d '{"email":"ada-${randomUUID().slice(0, 8)}@example.org","firstName":"Ada","lastName":"Byron","role":"tutor","status":"active"}'

Ctrl-C stops it; the data stays in ${dataDir}, "npm run reset" removes it.
`;
}

import { loadConfig, pointAwsTo } from '../config.ts';
import { People, superadminCredentials } from '../people.ts';
import { startFailure } from '../start-failure.ts';
import { startOptions } from '../start-options.ts';
import { startPlatform, type RunningPlatform } from '../start-platform.ts';
import { Api } from './api.ts';
import { playAudit } from './audit.ts';
import { DemoBus } from './demo-bus.ts';
import { playPayments } from './payments.ts';
import { ProviderReports } from './provider-reports.ts';
import { playRegistration, playRoleChange } from './registration.ts';
import { playSlice } from './slice.ts';
import { Story } from './story.ts';
import { playVerification } from './verification.ts';

/** 24 hours in 12 seconds, for a platform that the demo starts itself. */
const DEMO_TIME_SCALE = 7_200;

const write = (text: string): void => {
  process.stdout.write(text);
};
let platform: RunningPlatform | undefined;
let failure: unknown;
try {
  const options = startOptions();
  const config = loadConfig();
  const url = `http://127.0.0.1:${config.gatewayPort}`;
  const running = await fetch(`${url}/health`, { signal: AbortSignal.timeout(2_000) }).then(
    (answer) => answer.headers.has('x-correlation-id'),
    () => false,
  );
  if (running) write(`Playing on the platform that runs at ${url}.\n`);
  else {
    write(
      'Nothing runs here yet: starting a platform for the demo, its clock for timers 7,200 times as fast, a week of payouts in 30 s.\n',
    );
    if (!options.isolated) Object.assign(config.env, pointAwsTo(`http://127.0.0.1:${config.awsPort}`, 'local'));
    const log = (line: string): void => write(`${line}\n`);
    platform = await startPlatform({ ...config, timeScale: DEMO_TIME_SCALE }, { ...options, log });
  }
  const story = new Story(write);
  const api = new Api(platform?.url ?? url);
  const { email, password } = await superadminCredentials(config.dataDir);
  const superadmin = await new People(api).login(email, password);
  const student = await playRegistration(api, story);
  await playRoleChange(api, story, student);
  const tutor = await playSlice(api, superadmin, story);
  await playVerification(api, superadmin, story, tutor);
  const bus = new DemoBus(platform?.awsUrl ?? `http://127.0.0.1:${config.awsPort}`);
  const reports = new ProviderReports(api, config.env['FAKE_PROVIDER_WEBHOOK_SECRET']);
  await playPayments({ api, bus, reports, superadmin, story });
  bus.close();
  await playAudit(api, superadmin, story, student);
  write(`\nEverything that was expected was seen, in ${((performance.now() - story.startedAt) / 1_000).toFixed(1)} s.\n`);
} catch (error) {
  failure = error;
  process.stderr.write(`\nThe demo stopped: ${startFailure(error)}\n`);
}
await platform?.stop();
process.exit(failure === undefined ? 0 : 1);

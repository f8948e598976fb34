import { parseArgs } from 'node:util';
import { loadConfig, pointAwsTo } from '../config.ts';
import { DevelopmentIssuer } from '../development-issuer.ts';
import { startPlatform, type RunningPlatform } from '../start-platform.ts';
import { Api } from './api.ts';
import { playSlice } from './slice.ts';
import { Story } from './story.ts';

const { values } = parseArgs({
  options: { isolated: { type: 'boolean', default: false }, replicas: { type: 'string', default: '1' } },
});
/** 24 hours in 12 seconds, for a platform that the demo starts itself. */
const DEMO_TIME_SCALE = 7_200;

const write = (text: string): void => {
  process.stdout.write(text);
};
const config = loadConfig();
const url = `http://127.0.0.1:${config.gatewayPort}`;
const running = await fetch(`${url}/health`, { signal: AbortSignal.timeout(2_000) }).then(
  (answer) => answer.ok,
  () => false,
);

let platform: RunningPlatform | undefined;
let failure: unknown;
try {
  if (running) write(`Playing on the platform that runs at ${url}.\n`);
  else {
    write('Nothing runs here yet: starting a platform for the demo, its clock for timers 7,200 times as fast.\n');
    if (!values.isolated) Object.assign(config.env, pointAwsTo(`http://127.0.0.1:${config.awsPort}`, 'local'));
    platform = await startPlatform(
      { ...config, timeScale: DEMO_TIME_SCALE },
      { isolated: values.isolated, replicas: Number(values.replicas), log: (line) => write(`${line}\n`) },
    );
  }
  const story = new Story(write);
  const issuer = platform?.issuer ?? (await DevelopmentIssuer.open(config.dataDir, config.production));
  await playSlice(new Api(platform?.url ?? url), issuer, story);
  write(`\nEverything that was expected was seen, in ${((performance.now() - story.startedAt) / 1_000).toFixed(1)} s.\n`);
} catch (error) {
  failure = error;
  process.stderr.write(`\nThe demo stopped: ${error instanceof Error ? error.message : String(error)}\n`);
}
await platform?.stop();
process.exit(failure === undefined ? 0 : 1);

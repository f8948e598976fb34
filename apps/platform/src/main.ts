import { parseArgs } from 'node:util';
import { loadConfig, pointAwsTo } from './config.ts';
import { startPlatform } from './start-platform.ts';
import { welcome } from './welcome.ts';

const { values } = parseArgs({
  options: { isolated: { type: 'boolean', default: false }, replicas: { type: 'string', default: '1' } },
});
const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const startedAt = performance.now();
const config = loadConfig();
if (!values.isolated) Object.assign(config.env, pointAwsTo(`http://127.0.0.1:${config.awsPort}`, 'local'));

try {
  const platform = await startPlatform(config, { isolated: values.isolated, replicas: Number(values.replicas), log: print });
  print(await welcome(platform, performance.now() - startedAt));
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    print('stopping …');
    platform.stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
} catch (error) {
  process.stderr.write(`\nThe platform could not start: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

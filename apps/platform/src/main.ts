import { loadConfig, pointAwsTo } from './config.ts';
import { startFailure } from './start-failure.ts';
import { startOptions } from './start-options.ts';
import { startPlatform } from './start-platform.ts';
import { welcome } from './welcome.ts';

const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const startedAt = performance.now();

try {
  const options = startOptions();
  const config = loadConfig();
  if (!options.isolated) Object.assign(config.env, pointAwsTo(`http://127.0.0.1:${config.awsPort}`, 'local'));
  const platform = await startPlatform(config, { ...options, log: print });
  print(await welcome(platform, config.dataDir, performance.now() - startedAt));
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
  process.stderr.write(`\nThe platform could not start: ${startFailure(error)}\n`);
  process.exit(1);
}

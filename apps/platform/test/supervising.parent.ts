import { SupervisedChild, untilAnswers } from '../src/child-process.ts';

const [module = '', port = '', dataDir = ''] = process.argv.slice(2);
const child = new SupervisedChild({
  name: 'local-aws',
  module,
  args: ['--port', port, '--data-dir', dataDir],
  env: process.env,
  log: () => undefined,
});
await untilAnswers('local-aws', `http://127.0.0.1:${port}/_local/health`, 20_000);
process.stdout.write(`child ${child.pid}\n`);

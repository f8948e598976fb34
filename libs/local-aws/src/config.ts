import { parseArgs } from 'node:util';

interface Config {
  port: number;
  dataDir?: string;
  seed?: number;
  developmentFaults: boolean;
  /** The event catalogue: who may publish what. Without it everybody may publish everything. */
  eventsFile?: string;
}

const USAGE =
  'Usage: main.js [--port <0-65535>] [--data-dir <folder>] [--seed <integer>] [--events <events.json>] [--development-faults]';

/** Arguments win over LOCAL_AWS_PORT, LOCAL_AWS_DATA_DIR and LOCAL_AWS_SEED; the port is 4566 when neither names one. */
export function readConfig(): Config {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: process.env['LOCAL_AWS_PORT'] ?? '4566' },
      'data-dir': { type: 'string' },
      seed: { type: 'string' },
      events: { type: 'string' },
      'development-faults': { type: 'boolean', default: false },
    },
  });
  const port = Number(values.port);
  const dataDir = values['data-dir'] ?? process.env['LOCAL_AWS_DATA_DIR'];
  const seed = values.seed ?? process.env['LOCAL_AWS_SEED'];
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error(`'${values.port}' is not a port. ${USAGE}`);
  if (seed !== undefined && !Number.isInteger(Number(seed))) throw new Error(`'${seed}' is not a seed. ${USAGE}`);
  return {
    port,
    developmentFaults: values['development-faults'],
    ...(values.events !== undefined && { eventsFile: values.events }),
    ...(dataDir !== undefined && { dataDir }),
    ...(seed !== undefined && { seed: Number(seed) }),
  };
}

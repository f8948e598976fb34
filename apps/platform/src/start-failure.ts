import { variableOfPort } from './config.ts';

const NOT_USABLE = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST']);

/** What to tell somebody whose start failed: the cause and the next step. */
export function startFailure(error: unknown, env?: NodeJS.ProcessEnv): string {
  if (!(error instanceof Error)) return String(error);
  const { code, port, path } = systemFacts(error);
  if (code === 'EADDRINUSE' || code === 'POSTGRES_PORT_TAKEN') {
    const variable = port === undefined ? undefined : variableOfPort(port, env);
    const stop = `port ${port} of 127.0.0.1 is taken by another program; stop it (a platform: Ctrl-C in its terminal)`;
    return variable === undefined ? `${stop}: this port is fixed` : `${stop} or choose another port with ${variable}`;
  }
  if (code !== undefined && NOT_USABLE.has(code) && path !== undefined)
    return `${path} cannot be used (${code}). Give the user who runs this the right to read and write there, or choose another folder with EDTECH_DATA`;
  return error.message;
}

interface SystemFacts {
  readonly code?: string;
  readonly port?: number;
  readonly path?: string;
}

/** Of the error or of what caused it. */
function systemFacts(error: Error): SystemFacts {
  if ('code' in error && typeof error.code === 'string') {
    return {
      code: error.code,
      ...('port' in error ? { port: Number(error.port) } : {}),
      ...('path' in error ? { path: String(error.path) } : {}),
    };
  }
  return error.cause instanceof Error ? systemFacts(error.cause) : {};
}

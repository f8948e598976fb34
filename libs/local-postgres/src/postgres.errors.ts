/** The server did not start; `serverLog` holds the last lines it wrote. */
export class PostgresStartFailed extends Error {
  readonly code = 'POSTGRES_START_FAILED';
  readonly serverLog: string;
  constructor(what: string, serverLog: string) {
    super(`PostgreSQL did not start: ${what}. Its last words:\n${serverLog === '' ? '(nothing)' : serverLog}`);
    this.serverLog = serverLog;
  }
}

export class PostgresPortTaken extends Error {
  readonly code = 'POSTGRES_PORT_TAKEN';
  readonly port: number;
  constructor(port: number, who: string) {
    super(`Port ${port} on 127.0.0.1 belongs to ${who}. Stop that program or choose another port`);
    this.port = port;
  }
}

/** The data folder holds a cluster that this start cannot use; only starting as before or removing the data helps. */
export class PostgresDataUnusable extends Error {
  readonly code = 'POSTGRES_DATA_UNUSABLE';
  readonly dataDir: string;
  constructor(dataDir: string, reason: string) {
    super(`The data in ${dataDir} cannot be used: ${reason}. To begin with empty databases run: npm run reset`);
    this.dataDir = dataDir;
  }
}

export class PostgresDataInUse extends Error {
  readonly code = 'POSTGRES_DATA_IN_USE';
  readonly supervisorPid: number;
  constructor(dataDir: string, supervisorPid: number) {
    super(`The server of ${dataDir} is being run by process ${supervisorPid}. Stop that process first`);
    this.supervisorPid = supervisorPid;
  }
}

export class PostgresNotInstalled extends Error {
  readonly code = 'POSTGRES_NOT_INSTALLED';
  constructor(reasons: readonly string[]) {
    super(
      `No PostgreSQL to run: ${reasons.join('; ')}. ` +
        'Set DATABASE_URL to a server, install PostgreSQL 15 or newer, or run npm ci with optional dependencies',
    );
  }
}

export class PostgresCannotRunAsRoot extends Error {
  readonly code = 'POSTGRES_CANNOT_RUN_AS_ROOT';
  constructor(reasons: readonly string[]) {
    super(`PostgreSQL refuses to run as root and no other way works here: ${reasons.join('; ')}. Run as an ordinary user`);
  }
}

export class PostgresStopFailed extends Error {
  readonly code = 'POSTGRES_STOP_FAILED';
  readonly pid: number;
  constructor(pid: number, serverLog: string) {
    super(`PostgreSQL (process ${pid}) did not stop. Its last words:\n${serverLog === '' ? '(unknown)' : serverLog}`);
    this.pid = pid;
  }
}

export class PostgresTemplateTimeout extends Error {
  readonly code = 'POSTGRES_TEMPLATE_TIMEOUT';
  constructor(template: string, seconds: number, cause: unknown) {
    super(`Another process has been building the database ${template} for ${seconds} s`, { cause });
  }
}

export class PostgresNotRunning extends Error {
  readonly code = 'POSTGRES_NOT_RUNNING';
  constructor(dataDir: string, variable: string, cause?: unknown) {
    super(`No server runs on the data in ${dataDir}. Start the platform (npm start), or set ${variable} or DATABASE_URL`, {
      cause,
    });
  }
}

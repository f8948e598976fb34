import { join } from 'node:path';

/** What lies in a data folder. These names are a storage format: a renamed one loses the data of earlier starts. */
export function dataFolder(dataDir: string) {
  return {
    cluster: join(dataDir, 'cluster'),
    unfinishedCluster: join(dataDir, 'cluster.unfinished'),
    serverPidFile: join(dataDir, 'cluster', 'postmaster.pid'),
    passwordFile: join(dataDir, 'password'),
    identityFile: join(dataDir, 'identity'),
    supervisorFile: join(dataDir, 'supervisor.pid'),
    libraries: join(dataDir, 'lib'),
  };
}

import { join } from 'node:path';
import { ServiceTokens } from '@edtech/shared-kernel';
import type { JSONWebKeySet, JWK } from 'jose';
import { installationKey } from './installation-key.ts';

/** All services of the system, whether they run here or not. */
export const SERVICE_NAMES: readonly string[] = ['identity', 'user', 'tutor', 'admin', 'matching', 'payment'].map(
  (name) => `${name}-service`,
);

/** One key per service, made once per installation: with it the service signs its calls of others. */
export class ServiceKeys {
  private constructor(private readonly keys: ReadonlyMap<string, JWK>) {}

  static async open(dataDir: string): Promise<ServiceKeys> {
    const keys = SERVICE_NAMES.map(
      async (name) => [name, await installationKey(join(dataDir, 'service-keys', `${name}.json`), name)] as const,
    );
    return new ServiceKeys(new Map(await Promise.all(keys)));
  }

  /** Throws for a name that is no service. */
  privateKeyOf(service: string): JWK {
    const key = this.keys.get(service);
    if (key === undefined) throw new Error(`there is no service ${service}; there are ${SERVICE_NAMES.join(', ')}`);
    return key;
  }

  get publicKeys(): JSONWebKeySet {
    return {
      keys: [...this.keys.values()].map((key) => {
        const { d: _, ...publicKey } = key;
        return publicKey;
      }),
    };
  }

  /** What `from` sends to `to`; it counts for a minute. */
  token(from: string, to: string): Promise<string> {
    return new ServiceTokens(from, this.privateKeyOf(from)).mint(to);
  }
}

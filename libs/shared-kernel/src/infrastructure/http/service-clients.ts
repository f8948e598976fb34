import { ServiceClient } from './service-client.ts';
import type { ServiceTokens } from './service-tokens.ts';

/** The other services that this one may call, as the environment names them: `PAYMENT_SERVICE_URL`. */
export class ServiceClients {
  constructor(
    private readonly tokens: ServiceTokens | undefined,
    private readonly urls: Readonly<Record<string, string>>,
  ) {}

  /** To be called when the service starts. Throws ServiceNotReachable when its address or the key of this service is missing. */
  to(service: string): ServiceClient {
    const baseUrl = this.urls[service];
    if (baseUrl === undefined) {
      throw new ServiceNotReachable(service, `${service.toUpperCase().replaceAll('-', '_')}_URL`);
    }
    if (this.tokens === undefined) throw new ServiceNotReachable(service, 'SERVICE_KEY');
    return new ServiceClient({ service, baseUrl, tokens: this.tokens });
  }
}

export class ServiceNotReachable extends Error {
  readonly code = 'SERVICE_NOT_REACHABLE';

  constructor(
    readonly service: string,
    readonly variable: string,
  ) {
    super(`${service} cannot be called: ${variable} is missing in the environment`);
    this.name = 'ServiceNotReachable';
  }
}

/** The variables a service was started with, for the `config.ts` of the service. Everything else takes what that file made of them. */
export class ServiceEnvironment {
  constructor(readonly variables: Readonly<Record<string, string | undefined>>) {}
}

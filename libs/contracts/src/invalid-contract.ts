/** A contract that must not be defined this way. Thrown when its file is loaded, so a build or start cannot get past it. */
export class InvalidContract extends Error {
  override readonly name = 'InvalidContract';
  readonly code = 'INVALID_CONTRACT';

  constructor(
    readonly eventName: string,
    readonly reason: string,
  ) {
    super(`${eventName}: ${reason}`);
  }
}

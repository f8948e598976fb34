import { randomUUID } from 'node:crypto';

export class Fact<P> {
  readonly eventId = randomUUID();
  constructor(readonly payload: P) {}
}

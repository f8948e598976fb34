import { minutes, SingletonJob } from '@edtech/shared-kernel';
import { Injectable } from '@nestjs/common';
import { SigningKeys } from '../../application/interfaces/signing-keys.ts';

const LOOK_EVERY = minutes(10);

/** What is due stands in the database, so it does not matter which process looks, or how long nobody did. */
@Injectable()
export class KeyRotationJob extends SingletonJob {
  readonly name = 'identity-service.key-rotation';

  constructor(private readonly keys: SigningKeys) {
    super();
  }

  async turn(): Promise<number> {
    await this.keys.rotate();
    return LOOK_EVERY;
  }
}

import { AwsError } from '../aws-error.ts';

export class InvalidEventPattern extends AwsError {
  constructor(readonly reason: string) {
    super('InvalidEventPatternException', `Event pattern is not valid. Reason: ${reason}`);
  }
}

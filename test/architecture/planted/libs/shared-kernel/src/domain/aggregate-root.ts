import { AggregateRoot as NestAggregateRoot } from '@nestjs/cqrs';
import { z } from 'zod';

export class AggregateRoot extends NestAggregateRoot {
  readonly id = z.string();
}

import { Injectable } from '@nestjs/common';
import type { ICommand } from '@nestjs/cqrs';

@Injectable()
export class Clock {
  last?: ICommand;
}

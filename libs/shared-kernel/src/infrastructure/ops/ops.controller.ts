import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { z } from 'zod';
import { NotFound } from '../../domain/domain.error.ts';
import { Access } from '../http/access.decorator.ts';
import { strictBody } from '../http/strict-body.ts';
import { ParkingLot, type ParkedKey } from '../inbox/parking-lot.ts';
import { Checkpoints, type SubscriptionStatus } from '../subscriptions/checkpoints.ts';
import { logOperatorAction } from './operator-log.ts';
import { OpsQueries, type LoggedEvent } from './ops-queries.ts';

const EventsQuery = strictBody({
  correlationId: z.string().max(64).optional(),
  eventName: z.string().max(100).optional(),
  before: z.coerce.number().int().positive().optional(),
  limit: z.coerce.number().int().min(1).max(100).default(100),
});
const Redrive = strictBody({
  subscription: z.string().min(1).max(200),
  stream: z.string().min(1).max(200).optional(),
  reason: z.string().min(3).max(500),
}).meta({ id: 'OpsRedrive' });

/** What an operator sees and may do, per service: feed, subscriptions, parked keys. */
@Controller('ops')
export class OpsController {
  constructor(
    private readonly queries: OpsQueries,
    private readonly checkpoints: Checkpoints,
    private readonly parkingLot: ParkingLot,
  ) {}

  @Get('overview')
  @Access('admin')
  async overview(): Promise<{
    feed: { head: number; unsequenced: number };
    parked: number;
    subscriptions: SubscriptionStatus[];
  }> {
    const [feed, parked, subscriptions] = await Promise.all([
      this.queries.feed(),
      this.parkingLot.count(),
      this.checkpoints.status(),
    ]);
    return { feed, parked, subscriptions };
  }

  @Get('events')
  @Access('admin')
  async events(
    @Query({ schema: EventsQuery }) query: z.output<typeof EventsQuery>,
  ): Promise<{ items: LoggedEvent[]; next: number | null }> {
    return this.queries.events(query);
  }

  @Get('parked')
  @Access('admin')
  async parked(): Promise<{ items: ParkedKey[] }> {
    return { items: await this.parkingLot.list() };
  }

  /** Delivers parked events again, each key in its order. Safe to repeat: what was handled is not handled again. */
  @Post('parked/redrive')
  @HttpCode(202)
  @Access('admin:operations')
  async redrive(
    @Body({ schema: Redrive }) { subscription, stream, reason }: z.output<typeof Redrive>,
  ): Promise<{ keys: number }> {
    const keys = await this.parkingLot.redrive(subscription, stream);
    if (keys === 0) throw new NotFound('Parked key', stream === undefined ? subscription : `${subscription} ${stream}`);
    logOperatorAction('redrive', { subscription, stream, keys, reason });
    return { keys };
  }
}

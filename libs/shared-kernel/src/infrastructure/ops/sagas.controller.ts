import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { z } from 'zod';
import { Access } from '../http/access.decorator.ts';
import { strictBody } from '../http/strict-body.ts';
import { Sagas, type SagaSummary, type SagaView } from '../sagas/sagas.ts';
import { logOperatorAction } from './operator-log.ts';
import { OpsQueries } from './ops-queries.ts';

const SagasQuery = strictBody({
  saga: z.string().max(200).optional(),
  status: z.enum(['running', 'completed', 'compensating', 'compensated', 'cancelled', 'stuck']).optional(),
});
const Reason = strictBody({ reason: z.string().min(3).max(500) }).meta({ id: 'OpsReason' });

/** Long-running processes: what was done, what waits for when, and the three things an operator may do. */
@Controller('ops/sagas')
export class SagasController {
  constructor(
    private readonly sagas: Sagas,
    private readonly queries: OpsQueries,
  ) {}

  /** The 100 that moved most recently, newest first. */
  @Get()
  @Access('admin')
  async list(@Query({ schema: SagasQuery }) query: z.output<typeof SagasQuery>): Promise<{ items: SagaSummary[] }> {
    return { items: await this.sagas.list(query) };
  }

  @Get(':saga/:key')
  @Access('admin')
  async show(@Param('saga') saga: string, @Param('key') key: string): Promise<Omit<SagaView, 'state'> & { state: unknown }> {
    const view = await this.sagas.show(saga, key);
    return { ...view, state: this.queries.mask(view.state) };
  }

  @Post(':saga/:key/timers/:timer/fire')
  @HttpCode(202)
  @Access('admin:operations')
  async fire(
    @Param('saga') saga: string,
    @Param('key') key: string,
    @Param('timer') timer: string,
    @Body({ schema: Reason }) { reason }: z.output<typeof Reason>,
  ): Promise<void> {
    await this.sagas.fireEarly(saga, key, timer);
    logOperatorAction('fire timer', { saga, key, timer, reason });
  }

  /** Tries what was given up again; answers how many steps and timers. */
  @Post(':saga/:key/retry')
  @HttpCode(202)
  @Access('admin:operations')
  async retry(
    @Param('saga') saga: string,
    @Param('key') key: string,
    @Body({ schema: Reason }) { reason }: z.output<typeof Reason>,
  ): Promise<{ retried: number }> {
    const retried = await this.sagas.retry(saga, key);
    logOperatorAction('retry saga', { saga, key, retried, reason });
    return { retried };
  }

  @Post(':saga/:key/cancel')
  @HttpCode(202)
  @Access('admin:operations')
  async cancel(
    @Param('saga') saga: string,
    @Param('key') key: string,
    @Body({ schema: Reason }) { reason }: z.output<typeof Reason>,
  ): Promise<void> {
    await this.sagas.cancel(saga, key);
    logOperatorAction('cancel saga', { saga, key, reason });
  }
}

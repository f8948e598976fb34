import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { z } from 'zod';
import { Access } from '../http/access.decorator.ts';
import { strictBody } from '../http/strict-body.ts';
import { ProjectionRebuilds, type RebuildStatus } from '../projections/projection-rebuilds.ts';
import { logOperatorAction } from './operator-log.ts';

const Rebuild = strictBody({ projection: z.string().min(1).max(200), reason: z.string().min(3).max(500) }).meta({
  id: 'OpsRebuild',
});

/** Read models that are built again beside the live ones. */
@Controller('ops/projections')
export class ProjectionsController {
  constructor(private readonly rebuilds: ProjectionRebuilds) {}

  @Get('rebuilds')
  @Access('admin')
  async status(): Promise<{ items: RebuildStatus[] }> {
    return { items: await this.rebuilds.status() };
  }

  /** Begins again from the first event. Nobody who reads notices before the swap. */
  @Post('rebuilds')
  @HttpCode(202)
  @Access('admin:operations')
  async rebuild(@Body({ schema: Rebuild }) { projection, reason }: z.output<typeof Rebuild>): Promise<void> {
    await this.rebuilds.request(projection);
    logOperatorAction('rebuild projection', { projection, reason });
  }
}

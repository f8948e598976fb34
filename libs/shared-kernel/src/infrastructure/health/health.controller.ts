import { Controller, Get, Res } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Access } from '../http/access.decorator.ts';
import { HealthSources, type Health, type ServiceHealth } from './health-sources.ts';

@ApiExcludeController()
@Controller('health')
export class HealthController {
  constructor(private readonly modules: ModuleRef) {}

  /** The process runs; whatever is down, restarting it would not help. */
  @Get('live')
  @Access('public')
  live(): Health {
    return { status: 'up' };
  }

  @Get('ready')
  @Access('public')
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<Health> {
    const { status } = await this.details(reply);
    return { status };
  }

  @Get()
  @Access('public')
  async details(@Res({ passthrough: true }) reply: FastifyReply): Promise<ServiceHealth> {
    const health = await this.modules.get(HealthSources, { strict: false }).check();
    reply.header('cache-control', 'no-store');
    if (health.status === 'down') reply.code(503);
    return health;
  }
}

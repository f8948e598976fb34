import { randomUUID } from 'node:crypto';
import { Body, Controller, Get, Module, Param, Patch, Post, Query, type DynamicModule } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { z } from 'zod';
import { SystemClock } from '../../src/application/clock.ts';
import { IdempotencyStore } from '../../src/application/idempotency-store.ts';
import { messageContext, type MessageContext } from '../../src/application/message-context.ts';
import { ConcurrencyConflict, DomainError, NotFound } from '../../src/domain/index.ts';
import { Database } from '../../src/infrastructure/database/database.ts';
import { UnitOfWork } from '../../src/infrastructure/database/unit-of-work.ts';
import { EventRecorder } from '../../src/infrastructure/domain-events/event-recorder.ts';
import { databaseHealth } from '../../src/infrastructure/health/database-health.ts';
import { HealthSources } from '../../src/infrastructure/health/health-sources.ts';
import { Access } from '../../src/infrastructure/http/access.decorator.ts';
import { CommandUnit } from '../../src/infrastructure/http/command-unit.ts';
import { createHttpApp } from '../../src/infrastructure/http/create-http-app.ts';
import { IfMatch } from '../../src/infrastructure/http/if-match.decorator.ts';
import { JwtVerifier } from '../../src/infrastructure/http/jwt-verifier.ts';
import { BearerTokens, ServiceTokenVerifier } from '../../src/infrastructure/http/service-token-verifier.ts';
import { PostgresIdempotencyStore } from '../../src/infrastructure/http/postgres-idempotency-store.ts';
import { CurrentPrincipal, type Principal } from '../../src/infrastructure/http/principal.ts';
import { ProblemCodes } from '../../src/infrastructure/http/problem-codes.ts';
import { strictBody } from '../../src/infrastructure/http/strict-body.ts';
import type { RateLimits } from '../../src/infrastructure/http/rate-limits.ts';
import { TokenVerifier } from '../../src/infrastructure/http/token-verifier.ts';
import { createLogger } from '../../src/infrastructure/logging/create-logger.ts';
import { Lamp, lampContracts, LampRepository } from '../lamps.fixture.ts';
import { AUDIENCE, ISSUER, type TokenIssuer } from './token-issuer.fixture.ts';

export const CANARY = 'canary.bird+1@example.org';

class LampTooBright extends DomainError {
  readonly code = 'LAMP_TOO_BRIGHT';
}
class LampBroken extends DomainError {
  readonly code = 'LAMP_BROKEN';
}

const NewLamp = strictBody({ name: z.string().min(1).max(40) }).meta({ id: 'NewLamp' });
const Lighting = strictBody({ lumen: z.int().min(0).max(10_000) }).meta({ id: 'Lighting' });
const LampId = z.uuid();
const Search = z.strictObject({ name: z.string().optional() });

interface LampView {
  readonly id: string;
  readonly name: string;
  readonly lumen: number;
  readonly streamVersion: number;
}

/** What a test may do while a handler runs. */
export class Probe {
  handled = 0;
  context: MessageContext | undefined;
  beforeSave: (attempt: number) => Promise<void> = async () => undefined;
}

@Controller('lamps')
export class LampsController {
  constructor(
    private readonly lamps: LampRepository,
    private readonly probe: Probe,
  ) {}

  @Post()
  @Access('student', 'tutor', 'admin')
  async buy(@Body({ schema: NewLamp }) { name }: z.output<typeof NewLamp>): Promise<LampView> {
    this.probe.handled++;
    const lamp = Lamp.buy(randomUUID(), name);
    await this.probe.beforeSave(this.probe.handled);
    await this.lamps.save(lamp);
    return view(lamp);
  }

  @Patch(':id')
  @Access('tutor', 'admin:support', 'internal')
  async light(
    @Param('id', { schema: LampId }) id: string,
    @Body({ schema: Lighting }) { lumen }: z.output<typeof Lighting>,
    @IfMatch() expected?: number,
  ): Promise<LampView> {
    const lamp = await this.lamps.get(id);
    lamp.expectVersion(expected);
    if (lumen > 5_000) throw new LampTooBright(`lamp ${id} takes 5000 lumen`);
    lamp.light(lumen);
    await this.probe.beforeSave(++this.probe.handled);
    await this.lamps.save(lamp);
    return view(lamp);
  }

  /** Leaves the caller's version to the edge. */
  @Post(':id/blink')
  @Access('tutor')
  async blink(@Param('id', { schema: LampId }) id: string): Promise<LampView> {
    const lamp = await this.lamps.get(id);
    lamp.light(lamp.lumen + 1);
    await this.probe.beforeSave(++this.probe.handled);
    await this.lamps.save(lamp);
    return view(lamp);
  }

  @Get()
  @Access('public')
  async find(@Query({ schema: Search }) search: z.output<typeof Search>): Promise<object> {
    this.probe.context = messageContext();
    return { search };
  }

  @Get(':id')
  @Access('public')
  async show(@Param('id', { schema: LampId }) id: string): Promise<LampView> {
    return view(await this.lamps.get(id));
  }
}

@Controller()
export class OddController {
  constructor(private readonly probe: Probe) {}

  @Get('me')
  @Access('student', 'admin:finance')
  me(@CurrentPrincipal() principal: Principal): Principal {
    return principal;
  }

  @Post('public-echo')
  @Access('public')
  echo(@Body() body: unknown): { body: unknown } {
    this.probe.context = messageContext();
    return { body };
  }

  @Post('internal/context')
  @Access('internal')
  internal(): { ok: true } {
    this.probe.context = messageContext();
    return { ok: true };
  }

  @Get('superadmins')
  @Access('superadmin')
  superadmins(): { ok: true } {
    return { ok: true };
  }

  @Post('errors/:kind')
  @Access('public')
  fail(@Param('kind') kind: string, @Body() body: unknown): never {
    this.probe.handled++;
    throw failure(kind, body);
  }
}

function failure(kind: string, body: unknown): Error {
  if (kind === 'not-found') return new NotFound('lamp', 'l-1');
  if (kind === 'conflict') return new ConcurrencyConflict('Lamp/l-1', 3, 7);
  if (kind === 'mapped') return new LampTooBright('lamp l-1 takes 5000 lumen');
  if (kind === 'unmapped') return new LampBroken('lamp l-1 is broken');
  if (kind === 'database') return Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:5432'), { code: 'ECONNREFUSED' });
  if (kind === 'row') {
    const detail = `Failing row contains (1, ${CANARY}).`;
    return Object.assign(new Error(`new row violates a check: ${CANARY}`), { code: '23514', detail, body });
  }
  return new Error(`SELECT secret FROM users WHERE email = '${CANARY}'`, { cause: new Error(`cause ${CANARY}`) });
}

function view({ id, name, lumen, streamVersion }: Lamp): LampView {
  return { id, name, lumen, streamVersion };
}

@Module({})
class LampModule {}

export interface LampApp {
  readonly app: NestFastifyApplication;
  readonly probe: Probe;
  readonly database: Database;
  /** Everything the service has logged. */
  readonly log: string[];
  close(): Promise<void>;
}

export interface LampAppOptions {
  readonly url: string;
  readonly issuer: TokenIssuer;
  readonly controllers?: NonNullable<DynamicModule['controllers']>;
  readonly limits?: RateLimits;
  readonly trustedProxies?: readonly string[];
}

/** The lamp service: a real edge over a real database, with its own pool. */
export async function lampApp({ url, issuer, controllers = [], ...edge }: LampAppOptions): Promise<LampApp> {
  const database = new Database({ url, applicationName: 'lamp-service' });
  const unitOfWork = new UnitOfWork(database, new EventRecorder(lampContracts, new SystemClock()));
  const probe = new Probe();
  const health = new HealthSources();
  health.add(databaseHealth(database));
  const log: string[] = [];
  const module: DynamicModule = {
    module: LampModule,
    controllers: [LampsController, OddController, ...controllers],
    providers: [
      { provide: Probe, useValue: probe },
      { provide: LampRepository, useValue: new LampRepository(unitOfWork) },
      { provide: CommandUnit, useValue: unitOfWork },
      { provide: IdempotencyStore, useValue: new PostgresIdempotencyStore(database) },
      { provide: HealthSources, useValue: health },
      { provide: ProblemCodes, useValue: new ProblemCodes({ NAME_TAKEN: 409, LAMP_TOO_BRIGHT: 423 }) },
      {
        provide: TokenVerifier,
        useValue: new BearerTokens(
          new JwtVerifier({ issuer: ISSUER, audience: AUDIENCE, jwksUrl: issuer.jwksUrl }, { isRevoked: () => false }),
          new ServiceTokenVerifier(issuer.serviceKeys, 'lamp-service'),
        ),
      },
    ],
  };
  const logger = createLogger({
    service: 'lamp-service',
    level: 'trace',
    personal: ['email', 'owner.phone'],
    destination: { write: (line) => void log.push(line) },
  });
  const app = await createHttpApp({ module, logger, api: { title: 'Lamps' }, ...edge });
  return {
    app,
    probe,
    database,
    log,
    close: async () => {
      await app.close();
      await database.close();
    },
  };
}

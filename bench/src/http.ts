import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { Access, strictBody } from '@edtech/shared-kernel';
import { Body, Controller, Module, Post, type DynamicModule, type PipeTransform } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import Fastify from 'fastify';
import { z } from 'zod';
import type { HttpLoad } from './harness/http-client.ts';
import type { Sample, Variant } from './harness/measure.ts';
import { runProgram, type Bench } from './harness/program.ts';
import {
  CommandUnit,
  createHttpApp,
  createLogger,
  HealthSources,
  IdempotencyStore,
  InMemoryCommandUnit,
  ProblemCodes,
  TokenVerifier,
} from './kernel.ts';

const CONNECTIONS = 32;
const PATH = '/payments';
const NewPayment = strictBody({
  bookingId: z.uuid(),
  amount: z.strictObject({ value: z.string().regex(/^\d+$/), currency: z.string().length(3) }),
  method: z.enum(['card', 'transfer']),
  description: z.string().max(500),
});
type NewPayment = z.output<typeof NewPayment>;
const BODY = {
  bookingId: randomUUID(),
  amount: { value: '4500', currency: 'EUR' },
  method: 'card',
  description: 'Lesson in mathematics, sixty minutes, online',
};

interface PaymentView {
  readonly id: string;
  readonly status: string;
  readonly bookingId: string;
}

function accept({ bookingId }: NewPayment): PaymentView {
  return { id: randomUUID(), status: 'pending', bookingId };
}

@Controller(PATH)
class PaymentsController {
  @Post()
  @Access('public')
  create(@Body({ schema: NewPayment }) body: NewPayment): PaymentView {
    return accept(body);
  }
}

class ZodPipe implements PipeTransform {
  transform(value: unknown): NewPayment {
    return NewPayment.parse(value);
  }
}

@Controller(PATH)
class HelloController {
  @Post()
  create(@Body(new ZodPipe()) body: NewPayment): PaymentView {
    return accept(body);
  }
}

@Module({ controllers: [HelloController] })
class HelloModule {}

@Module({})
class PaymentsModule {}

async function http(bench: Bench): Promise<void> {
  const bare = Fastify();
  bare.post<{ Body: NewPayment }>(PATH, (request, reply) => reply.code(201).send(accept(request.body)));
  await bare.listen({ host: '127.0.0.1', port: 0 });
  const hello = await NestFactory.create<NestFastifyApplication>(HelloModule, new FastifyAdapter(), { logger: false });
  await hello.listen(0, '127.0.0.1');
  const edge = await ourEdge();
  await edge.listen(0, '127.0.0.1');
  try {
    await gates(bench, portOf(edge));
    const row = await bench.table(`POST, ${CONNECTIONS} connections`, [
      loaded('Nest-Fastify and zod', 'zod by a pipe, hello', portOf(hello)),
      loaded('bare Fastify', 'no validation', portOf(bare.server)),
      loaded(
        'createHttpApp',
        'correlation, access policy, zod, problem+json, security headers, idempotency in memory',
        portOf(edge),
      ),
    ]);
    bench.ratioGoal('http POST / Nest-Fastify and zod', row('createHttpApp'), row('Nest-Fastify and zod'), 0.85);
    bench.ratioGoal('http POST / bare Fastify', row('createHttpApp'), row('bare Fastify'));
  } finally {
    await Promise.all([bare.close(), hello.close(), edge.close()]);
  }
}

async function ourEdge(): Promise<NestFastifyApplication> {
  const unit = new InMemoryCommandUnit();
  const module: DynamicModule = {
    module: PaymentsModule,
    controllers: [PaymentsController],
    providers: [
      { provide: CommandUnit, useValue: unit },
      { provide: IdempotencyStore, useValue: unit },
      { provide: HealthSources, useValue: new HealthSources() },
      { provide: ProblemCodes, useValue: new ProblemCodes() },
      { provide: TokenVerifier, useValue: { verify: () => Promise.reject(new Error('the routes of this program are public')) } },
    ],
  };
  const logger = createLogger({ service: 'bench', level: 'error', personal: [] });
  return createHttpApp({ module, logger, api: { title: 'Bench' } });
}

function portOf(app: { address(): AddressInfo | string | null } | NestFastifyApplication): number {
  const address = 'getHttpServer' in app ? app.getHttpServer().address() : app.address();
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port');
  return address.port;
}

async function gates(bench: Bench, port: number): Promise<void> {
  const post = async (body: object, key: string): Promise<{ status: number; type: string; replayed: boolean; id: unknown }> => {
    const answer = await fetch(`http://127.0.0.1:${port}${PATH}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify(body),
    });
    const json: unknown = await answer.json();
    const id = typeof json === 'object' && json !== null && 'id' in json ? json.id : undefined;
    const { headers, status } = answer;
    return { status, type: headers.get('content-type') ?? '', replayed: headers.has('idempotency-replayed'), id };
  };
  await bench.gate('edge: one key has one answer; another body under it and an unknown field are refused', async () => {
    const key = randomUUID();
    const [first, second] = [await post(BODY, key), await post(BODY, key)];
    if (first.status !== 201 || first.replayed || !second.replayed || first.id !== second.id)
      throw new Error('the answer was not replayed');
    const reused = await post({ ...BODY, description: 'another' }, key);
    const unknown = await post({ ...BODY, admin: true }, randomUUID());
    const refused = [reused, unknown].every(
      ({ status, type }) => status >= 400 && status < 500 && type.startsWith('application/problem+json'),
    );
    if (!refused) throw new Error(`answered ${reused.status} and ${unknown.status}, expected two problems`);
  });
}

let rounds = 0;

function loaded(name: string, includes: string, port: number): Variant {
  const load = (ms: number): Promise<Sample> =>
    inWorker({ port, path: PATH, body: JSON.stringify(BODY), connections: CONNECTIONS, ms, keys: `bench-round-${rounds++}` });
  return {
    name,
    includes: `${includes}; CPU of the server's thread alone`,
    run: async (ms) => {
      const before = process.threadCpuUsage();
      const sample = await load(ms);
      const { user, system } = process.threadCpuUsage(before);
      return { ...sample, cpuMicros: user + system };
    },
  };
}

async function inWorker(workerData: HttpLoad): Promise<Sample> {
  const worker = new Worker(join(import.meta.dirname, 'harness', 'http-client.js'), { workerData });
  const failed = once(worker, 'error').then(([error]) => Promise.reject(error));
  const [sample] = await Promise.race([once(worker, 'message'), failed]);
  await worker.terminate();
  return sample;
}

await runProgram('http', http);

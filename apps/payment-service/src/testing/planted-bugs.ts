import { Saga, type StreamName } from '@edtech/shared-kernel/application';
import { SimulatedRelay, type ServicePorts, type ServiceTwins, type Twins } from '@edtech/shared-kernel/testing';
import { Injectable, Module, type Provider, type Type } from '@nestjs/common';
import { EndedBookings, type EndedBooking } from '../application/interfaces/ended-bookings.ts';
import {
  PaymentProvider,
  type AuthorizeOutcome,
  type AuthorizeRequest,
  type CaptureOutcome,
  type CaptureRequest,
  type ProviderEvent,
  type ProviderOutcome,
  type ReceivedWebhook,
  type RefundOrder,
  type RefundOutcome,
  type TransferOrder,
  type TransferOutcome,
} from '../application/interfaces/payment-provider.interface.ts';
import { RefundSaga } from '../application/sagas/refund.saga.ts';
import { paymentService } from '../payment-service.module.ts';
import { paymentServiceOver, paymentServiceTwins } from './payment-service.simulation.ts';

/** Takes the marks off that it finds when it has copied, also those of commits that came meanwhile. */
class MarksOfOthers extends SimulatedRelay {
  override async copy(stream: StreamName): Promise<number> {
    const copied = await super.copy(stream);
    const { service } = this.eventStore;
    for await (const { version, aggregateId } of service.pendingCommits())
      if (aggregateId === stream.aggregateId) await service.markCopied(stream, version);
    return copied;
  }
}

/** An answer that did not come is not waited for. */
@Injectable()
@Saga('payment-service.refund')
class ImpatientRefundSaga extends RefundSaga {
  override readonly timers = this.fires({ expires: () => ({}), send: () => ({}) });
}

/** A booking that ended before it was requested is forgotten. */
class ForgetfulBookings extends EndedBookings {
  constructor(private readonly sound: EndedBookings) {
    super();
  }

  add(ended: EndedBooking): Promise<void> {
    return this.sound.add(ended);
  }

  async find(): Promise<undefined> {
    return undefined;
  }
}

/** Each request has a key of its own. */
class KeyOfTheMoment extends PaymentProvider {
  override readonly name: string;
  #requests = 0;

  constructor(private readonly sound: PaymentProvider) {
    super();
    this.name = sound.name;
  }

  authorize(request: AuthorizeRequest): Promise<AuthorizeOutcome> {
    return this.sound.authorize(request);
  }

  capture(request: CaptureRequest): Promise<CaptureOutcome> {
    return this.sound.capture(request);
  }

  cancel(request: CaptureRequest): Promise<void> {
    return this.sound.cancel(request);
  }

  refund({ idempotencyKey, ...order }: RefundOrder): Promise<RefundOutcome> {
    return this.sound.refund({ idempotencyKey: `${idempotencyKey} ${++this.#requests}`, ...order });
  }

  transfer(order: TransferOrder): Promise<TransferOutcome> {
    return this.sound.transfer(order);
  }

  query(idempotencyKey: string): Promise<ProviderOutcome | undefined> {
    return this.sound.query(idempotencyKey);
  }

  parseWebhook(webhook: ReceivedWebhook): ProviderEvent {
    return this.sound.parseWebhook(webhook);
  }
}

/** payment-service with one bug each. */
export const brokenPayments = {
  'marks taken off of what was not copied': paymentServiceOver(MarksOfOthers),
  'a refund saga that does not ask again': withProvider(RefundSaga, ImpatientRefundSaga),
  'an end that overtook its booking is forgotten': withTwin(EndedBookings, (sound) => new ForgetfulBookings(sound)),
  'a new key for each request of a refund': withTwin(PaymentProvider, (sound) => new KeyOfTheMoment(sound)),
} satisfies Readonly<Record<string, ServiceTwins>>;

function withTwin<T extends object>(port: abstract new (...args: never[]) => T, broken: (sound: T) => T): ServiceTwins {
  return {
    ...paymentServiceTwins,
    open(database): ServicePorts {
      const ports = paymentServiceTwins.open(database);
      return {
        ...ports,
        twins: (): Twins => {
          const twins = new Map(ports.twins());
          const sound = twins.get(port);
          if (!(sound instanceof port)) throw new Error(`${port.name} has no twin that could be broken`);
          return twins.set(port, broken(sound));
        },
      };
    },
  };
}

function withProvider(sound: Type, broken: Type): ServiceTwins {
  class BrokenModule {}
  const providers: readonly Provider[] = Reflect.getMetadata('providers', paymentService.module);
  Module({ providers: providers.map((provider) => (provider === sound ? broken : provider)) })(BrokenModule);
  return { ...paymentServiceTwins, definition: { ...paymentService, module: BrokenModule } };
}

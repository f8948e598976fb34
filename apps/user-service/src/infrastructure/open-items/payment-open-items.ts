import { ServiceClients, type ServiceClient } from '@edtech/shared-kernel';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { OpenItems } from '../../application/interfaces/open-items.ts';

const answer = z.object({ payments: z.int().min(0), balance: z.array(z.object({ amount: z.number() })) });

/** Asks payment-service. Lessons will be matching-service's to know; until it runs, nobody has any. */
@Injectable()
export class PaymentOpenItems extends OpenItems {
  readonly #payments: ServiceClient;

  constructor(services: ServiceClients) {
    super();
    this.#payments = services.to('payment-service');
  }

  async hasBookings(): Promise<boolean> {
    return false;
  }

  async hasBalance(userId: string): Promise<boolean> {
    const { payments, balance } = await this.#payments.get(`/payments/internal/open-items/${encodeURIComponent(userId)}`, answer);
    return payments > 0 || balance.some(({ amount }) => amount !== 0);
  }
}

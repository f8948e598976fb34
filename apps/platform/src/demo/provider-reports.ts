import { createHmac, randomUUID } from 'node:crypto';
import type { Answer, Api, Json } from './api.ts';

/** What the payment provider tells about a payment, signed as it does. */
export class ProviderReports {
  constructor(
    private readonly api: Api,
    private readonly secret = 'whsec_development',
  ) {}

  /** Answers how each of the deliveries of one report was taken. */
  async send(report: { readonly [field: string]: Json }, times = 1): Promise<readonly Answer[]> {
    const body = JSON.stringify({ providerEventId: `evt_${randomUUID()}`, ...report });
    const seconds = Math.floor(Date.now() / 1_000);
    const mac = createHmac('sha256', this.secret).update(`${seconds}.${body}`).digest('hex');
    const answers: Answer[] = [];
    for (let n = 0; n < times; n++) {
      const headers = { 'x-webhook-signature': `t=${seconds},v1=${mac}`, 'content-type': 'application/json' };
      answers.push(await this.api.call('POST', '/payments/webhooks/fake', { raw: body, headers }));
    }
    return answers;
  }
}

import { Injectable } from '@nestjs/common';
import { ChargeAttempts, type ChargeAttempt } from '../../application/interfaces/charge-attempts.ts';
import { SideDatabase } from '../database/side-database.ts';

@Injectable()
export class SqlChargeAttempts extends ChargeAttempts {
  constructor(private readonly database: SideDatabase) {
    super();
  }

  override async add({ paymentId, attempt, paymentMethodId, commandId }: ChargeAttempt): Promise<ChargeAttempt> {
    const { rowCount } = await this.database.query({
      name: 'charge-attempt-add',
      text: `INSERT INTO charge_attempts (payment_id, attempt, payment_method_id, command_id) VALUES ($1, $2, $3, $4)
             ON CONFLICT DO NOTHING`,
      values: [paymentId, attempt, paymentMethodId, commandId ?? null],
    });
    if (rowCount === 1) return { paymentId, attempt, paymentMethodId, commandId };
    const first = (await this.of(paymentId)).find((known) => known.attempt === attempt);
    if (first === undefined) throw new Error(`attempt ${attempt} of payment ${paymentId} is neither new nor there`);
    return first;
  }

  override async of(paymentId: string): Promise<ChargeAttempt[]> {
    const { rows } = await this.database.query<{ attempt: number; payment_method_id: string; command_id: string | null }>({
      name: 'charge-attempts-of',
      text: 'SELECT attempt, payment_method_id, command_id FROM charge_attempts WHERE payment_id = $1 ORDER BY attempt',
      values: [paymentId],
    });
    return rows.map((row) => ({
      paymentId,
      attempt: row.attempt,
      paymentMethodId: row.payment_method_id,
      commandId: row.command_id ?? undefined,
    }));
  }
}

import { hash } from 'node:crypto';
import { UnitOfWork } from '@edtech/shared-kernel';
import { Injectable } from '@nestjs/common';
import { PayoutAccounts, type PayoutAccount } from '../../application/interfaces/payout-accounts.interface.ts';

@Injectable()
export class SqlPayoutAccounts extends PayoutAccounts {
  constructor(private readonly unitOfWork: UnitOfWork) {
    super();
  }

  override async open(tutorId: string): Promise<void> {
    await this.#write(
      `INSERT INTO payout_accounts AS account (tutor_id, account_ref) VALUES ($1, $2)
       ON CONFLICT (tutor_id) DO UPDATE SET account_ref = excluded.account_ref WHERE NOT account.erased`,
      [tutorId, `acct_${tutorId}`],
    );
  }

  override async of(tutorId: string): Promise<PayoutAccount> {
    return this.unitOfWork.run(async () => {
      const client = await this.unitOfWork.client();
      const { rows } = await client.query<{ account_ref: string | null; suspended: boolean }>({
        name: 'payout-account',
        text: 'SELECT account_ref, suspended FROM payout_accounts WHERE tutor_id = $1',
        values: [tutorId],
      });
      return { accountRef: rows[0]?.account_ref ?? undefined, suspended: rows[0]?.suspended ?? false };
    });
  }

  override async setSuspended(tutorId: string, suspended: boolean, version: number): Promise<boolean> {
    const count = await this.#write(
      `INSERT INTO payout_accounts AS account (tutor_id, suspended, suspension_version) VALUES ($1, $2, $3)
       ON CONFLICT (tutor_id) DO UPDATE SET suspended = excluded.suspended, suspension_version = excluded.suspension_version
       WHERE excluded.suspension_version > account.suspension_version`,
      [tutorId, suspended, version],
    );
    return count === 1;
  }

  override async addCustomer(userId: string): Promise<void> {
    await this.#write(`INSERT INTO payment_customers (user_id, customer_ref) VALUES ($1, $2) ON CONFLICT DO NOTHING`, [
      userId,
      `cus_${hash('sha256', userId).slice(0, 24)}`,
    ]);
  }

  override async forget(userId: string): Promise<void> {
    await this.#write(
      `INSERT INTO payout_accounts (tutor_id, erased) VALUES ($1, true)
       ON CONFLICT (tutor_id) DO UPDATE SET erased = true, account_ref = NULL`,
      [userId],
    );
    await this.#write(
      `INSERT INTO payment_customers (user_id, erased) VALUES ($1, true)
       ON CONFLICT (user_id) DO UPDATE SET erased = true, customer_ref = NULL`,
      [userId],
    );
  }

  async #write(text: string, values: unknown[]): Promise<number> {
    return this.unitOfWork.run(async () => (await (await this.unitOfWork.client()).query({ text, values })).rowCount ?? 0);
  }
}

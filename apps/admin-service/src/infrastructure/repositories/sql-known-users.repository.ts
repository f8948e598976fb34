import { UnitOfWork } from '@edtech/shared-kernel';
import { Injectable } from '@nestjs/common';
import { KnownUsers } from '../../application/interfaces/known-users.interface.ts';

@Injectable()
export class SqlKnownUsers extends KnownUsers {
  constructor(private readonly unitOfWork: UnitOfWork) {
    super();
  }

  async hold(userId: string): Promise<boolean> {
    const client = await this.unitOfWork.client();
    const { rows } = await client.query<{ erased: boolean }>({
      name: 'known-users-hold',
      text: `INSERT INTO known_users AS known (user_id) VALUES ($1)
             ON CONFLICT (user_id) DO UPDATE SET erased = known.erased RETURNING erased`,
      values: [userId],
    });
    return rows[0]?.erased === false;
  }

  expectProfile(userId: string): Promise<void> {
    return this.#set(userId, 'expected_profile = NOT erased');
  }

  expectNoProfile(userId: string): Promise<void> {
    return this.#set(userId, 'expected_profile = false');
  }

  async erase(userId: string): Promise<void> {
    await this.hold(userId);
    await this.#set(userId, 'expected_profile = false, erased = true');
  }

  async expectedProfiles(): Promise<number> {
    const client = await this.unitOfWork.client();
    const { rows } = await client.query<{ expected: number }>(
      'SELECT count(*)::int AS expected FROM known_users WHERE expected_profile',
    );
    return rows[0]?.expected ?? 0;
  }

  async #set(userId: string, change: string): Promise<void> {
    const client = await this.unitOfWork.client();
    await client.query(`UPDATE known_users SET ${change} WHERE user_id = $1`, [userId]);
  }
}

import { outgoingHeaders } from '@edtech/shared-kernel';
import { ServiceUnavailableException } from '@nestjs/common';
import { z } from 'zod';
import { UserServiceRefused, UserStatus, type StatusChange } from '../../application/interfaces/user-status.interface.ts';

const ANSWER_WITHIN_MS = 5_000;
const user = z.object({ id: z.guid(), status: z.string() });
const problem = z.object({ code: z.string(), detail: z.string() });

/**
 * Over the routes that administrators have. The token of the administrator goes along, so user-service decides about the same person, and its
 * events name that person as who did it.
 */
export class HttpUserStatus extends UserStatus {
  constructor(private readonly url: string) {
    super();
  }

  async change(userId: string, change: StatusChange, bearer: string): Promise<{ userId: string; status: string }> {
    const { status, reason, until } = change;
    const [action, body] = status === 'suspended' ? ['suspend', { reason, until }] : ['reactivate', { reason }];
    const response = await this.#post(`${this.url}/users/${userId}/${action}`, body, bearer);
    const answer: unknown = await response.json().catch(() => undefined);
    if (response.ok) {
      const { id, status: now } = user.parse(answer);
      return { userId: id, status: now };
    }
    const refusal = problem.safeParse(answer);
    if (response.status >= 500 || !refusal.success) throw new ServiceUnavailableException();
    throw new UserServiceRefused(refusal.data.code, refusal.data.detail);
  }

  async #post(url: string, body: object, bearer: string): Promise<Response> {
    try {
      return await fetch(url, {
        method: 'POST',
        headers: { ...outgoingHeaders(), authorization: bearer, 'content-type': 'application/json' },
        body: JSON.stringify(body),
        redirect: 'error',
        signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      });
    } catch (cause) {
      throw new ServiceUnavailableException(undefined, { cause });
    }
  }
}

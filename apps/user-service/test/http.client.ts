import { randomUUID } from 'node:crypto';
import type { Principal } from '@edtech/shared-kernel';
import type { InjectOptions } from 'fastify';
import type { CreateUserRequestDto } from '../src/application/dto/create-user.dto.ts';
import { UserRepository } from '../src/application/interfaces/repository.interface.ts';
import type { NewUser, User } from '../src/domain/entities/user.entity.ts';
import { newUser } from './user-repository.contract.ts';
import { bearer, type UserServiceUnderTest } from './user-service.fixture.ts';

export type Who = Partial<Principal> & Pick<Principal, 'id'>;

export const support: Who = { id: randomUUID(), role: 'admin', duties: ['support'] };
export const compliance: Who = { id: randomUUID(), role: 'admin', duties: ['compliance'] };
export const finance: Who = { id: randomUUID(), role: 'admin', duties: ['finance'] };
export const superadmin: Who = { id: randomUUID(), role: 'superadmin' };
export const tutorService: Who = { id: 'tutor-service', type: 'service' };
export const asUser = (user: User): Who => ({ id: user.id, role: user.role.value });

export function person(facts: Partial<CreateUserRequestDto> = {}): CreateUserRequestDto {
  return { email: `${randomUUID()}@example.org`, firstName: 'Ada', lastName: 'L', role: 'student', ...facts };
}

export class HttpClient {
  constructor(private readonly service: UserServiceUnderTest) {}

  async send(who: Who, method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE', url: string, payload?: object, headers: object = {}) {
    const options: InjectOptions = {
      method,
      url,
      headers: { ...headers, ...bearer(who) },
      ...(payload === undefined ? {} : { payload }),
    };
    const reply = await this.service.app.inject(options);
    return { status: reply.statusCode, body: reply.body === '' ? undefined : reply.json(), etag: reply.headers.etag };
  }

  /** A user to whom this has happened. */
  async saved(data: Partial<NewUser> = {}, ...acts: ((user: User) => void)[]): Promise<User> {
    const user = newUser(data);
    for (const act of acts) act(user);
    await this.service.as('test', () => this.service.get(UserRepository).save(user));
    return user;
  }
}

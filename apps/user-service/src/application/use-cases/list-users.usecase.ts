import { Injectable } from '@nestjs/common';
import { UserRepository, type UserQuery } from '../interfaces/repository.interface.ts';
import { SearchNotAllowed } from '../views/search-not-allowed.ts';
import { viewFor, type PublicUserView, type UserView } from '../views/user.view.ts';
import { seesPersonalData, type Viewer } from '../views/viewer.ts';

export interface UserList {
  readonly items: readonly (UserView | PublicUserView)[];
  readonly total: number;
  readonly limit: number;
  readonly offset: number;
  /** Cursor of the next page. */
  readonly next: string | null;
}

@Injectable()
export class ListUsersUseCase {
  constructor(private readonly users: UserRepository) {}

  /** Throws SearchNotAllowed, InvalidCursor. */
  async execute(query: UserQuery, viewer: Viewer): Promise<UserList> {
    if (query.q !== undefined && !seesPersonalData(viewer)) throw new SearchNotAllowed();
    const { users, total, next } = await this.users.list(query);
    return { items: users.map((user) => viewFor(viewer, user)), total, limit: query.limit, offset: query.offset ?? 0, next };
  }
}

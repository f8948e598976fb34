/** Addresses of guardians who have not decided yet, inside a unit of work. */
export abstract class Guardians {
  abstract remember(userId: string, email: string): Promise<void>;
  abstract addressOf(userId: string): Promise<string | undefined>;
  abstract forget(userId: string): Promise<void>;
}

/** JSON as an administrator or another service sends it. */
export interface CreateUserRequestDto {
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly role: string;
  readonly status?: 'pending_verification' | 'active' | undefined;
  readonly bio?: string | undefined;
  readonly skills?: readonly string[] | undefined;
  readonly locale?: string | undefined;
  readonly timezone?: string | undefined;
}

/** Who did something. `id` of a user is the userId; of a service or system part its name, e.g. `system:onboarding-saga`. */
export interface Actor {
  readonly id: string;
  readonly type: 'user' | 'service' | 'system';
  readonly role?: string;
}

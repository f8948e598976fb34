import { WeakPassword } from '../errors/identity.errors.ts';

const RULES: readonly (readonly [RegExp, string])[] = [
  [/^.{8,}$/su, 'needs at least 8 characters'],
  [/^.{0,200}$/su, 'has more than 200 characters'],
  [/\p{Lu}/u, 'needs an upper-case letter'],
  [/\p{Ll}/u, 'needs a lower-case letter'],
  [/\d/u, 'needs a digit'],
];

/** Throws WeakPassword. */
export function checkPassword(password: string): void {
  const broken = RULES.find(([rule]) => !rule.test(password));
  if (broken !== undefined) throw new WeakPassword(broken[1]);
}

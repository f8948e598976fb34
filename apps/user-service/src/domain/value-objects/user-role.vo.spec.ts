import { expect, test } from 'vitest';
import { UserRole } from './user-role.vo.ts';

test('G11 a role that comes as text is the role itself, and an unknown one is refused', () => {
  for (const name of ['student', 'tutor', 'admin', 'superadmin']) expect(UserRole.fromString(name).value).toBe(name);
  expect(UserRole.fromString('tutor').equals(UserRole.tutor())).toBe(true);
  expect(UserRole.fromString('tutor').equals(UserRole.student())).toBe(false);
  for (const name of ['root', '', 'Tutor', 'constructor']) {
    expect(() => UserRole.fromString(name)).toThrow(expect.objectContaining({ code: 'UNKNOWN_ROLE' }));
  }
});

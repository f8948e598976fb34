import { strictBody } from '@edtech/shared-kernel';
import { z } from 'zod';

const name = z.string().trim().min(1).max(200);
const email = z
  .string()
  .trim()
  .max(320)
  .regex(/^[^\s@]+@[^\s@]+$/);
const locale = z
  .string()
  .max(35)
  .regex(/^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*$/);
const timezone = z
  .string()
  .max(64)
  .regex(/^[A-Za-z][A-Za-z0-9_+\-/]*$/);
/** A password that breaks a rule is told which; here only what nobody can mean is refused. */
const password = z.string().min(1).max(1_000);
const token = z.string().min(1).max(200);

export const SessionId = z.guid();

/** No status and no other role: those are granted, not asked for. */
export const Register = strictBody({
  email,
  password,
  firstName: name,
  lastName: name,
  role: z.enum(['student', 'tutor']),
  birthDate: z.iso.date(),
  locale,
  timezone,
  termsVersion: z.string().trim().min(1).max(50),
  guardianEmail: email.optional(),
});

export const Login = strictBody({ email, password });
export const Token = strictBody({ token });
export const Email = strictBody({ email });
export const RefreshToken = strictBody({ refreshToken: token });
export const ResetPassword = strictBody({ token, password });
export const GuardianConsent = strictBody({ token, decision: z.enum(['granted', 'declined']) });

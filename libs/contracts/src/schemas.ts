import { z } from 'zod';

/** Any UUID, whatever its version: seeded and imported data need not be random or time-ordered. */
export const id = z.guid();

/** UTC instant with `Z`. */
export const instant = z.iso.datetime();

const localDate = z.iso.date();

/** Local wall time `HH:MM`; `24:00` ends a day. */
export const wallTime = z.string().regex(/^(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)$/);

export const email = z
  .string()
  .max(320)
  .regex(/^[^\s@]+@[^\s@]+$/);

export const personName = z.string().min(1).max(200);

/** Who asked or decided: a user's id, or `system:<process>`. */
export const actorId = z.string().min(1).max(64);

/** A name that somebody outside gave, such as the payment provider. */
export const foreignReference = z.string().min(1).max(255);

/** A machine-readable cause, such as `card_declined`. */
export const causeCode = z.string().min(1).max(100);

/** A short reason or code. Free text about a person does not belong here. */
export const reason = z.string().min(1).max(1000);

export const locale = z
  .string()
  .max(35)
  .regex(/^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*$/);

/** IANA zone name; whether the zone exists is the producer's rule. */
export const timezone = z
  .string()
  .max(64)
  .regex(/^[A-Za-z][A-Za-z0-9_+\-/]*$/);

export const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** Money in minor units of the currency beside it. */
export const minorUnits = z.int().min(0);

/** What is paid, refunded or disputed: never nothing. In minor units of the currency beside it. */
export const price = z.int().min(1);

export const currency = z.enum(['USD', 'EUR', 'GBP']);

/** Where captured money is: in escrow, or given to tutor and platform. */
export const settlement = z.enum(['held', 'released']);

/** ISO week, `2026-W45`. */
export const isoWeek = z.string().regex(/^\d{4}-W(?:0[1-9]|[1-4]\d|5[0-3])$/);

/** Basis points: 10 000 is the whole. */
export const basisPoints = z.int().min(0).max(10_000);

/** Counts from 1: attempts, ordinals. */
export const ordinal = z.int().min(1);

export const userRole = z.enum(['student', 'tutor', 'admin', 'superadmin']);

/** What an administrator may do. */
export const duty = z.enum(['verification', 'support', 'finance', 'compliance', 'operations']);

export const userStatus = z.enum(['pending_verification', 'active', 'suspended', 'inactive', 'erased']);

export const subjectCode = z.enum([
  'arithmetic',
  'algebra',
  'geometry',
  'trigonometry',
  'calculus',
  'statistics',
  'linear_algebra',
  'discrete_math',
  'programming_basics',
  'python',
  'javascript',
  'java',
  'data_structures',
]);

const subjectLevel = z.enum(['elementary', 'middle_school', 'high_school', 'university', 'adult']);

export const subjects = z.array(z.strictObject({ code: subjectCode, level: subjectLevel })).max(10);

export const experienceLevel = z.enum(['beginner', 'intermediate', 'advanced', 'expert']);

export const documentType = z.enum(['identity', 'degree', 'certificate', 'background_check']);

const window = { from: wallTime, to: wallTime };

/** Wall times in the time zone that stands beside it; day 1 is Monday. */
export const availability = z.strictObject({
  weekly: z.array(z.strictObject({ day: z.int().min(1).max(7), ...window })),
  exceptions: z.array(
    z.union([
      z.strictObject({ date: localDate, closed: z.literal(true) }),
      z.strictObject({ date: localDate, slots: z.array(z.strictObject(window)) }),
    ]),
  ),
});

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/** One value of a changed field: a scalar, a list, or a list of flat records. */
export const changeValue = z.union([scalar, z.array(scalar), z.array(z.record(z.string(), scalar))]);

import { ProfileRuleViolated } from '../errors/user.errors.ts';

/** What users say about themselves and may change at will. */
export interface UserProfile {
  readonly firstName: string;
  readonly lastName: string;
  readonly bio: string | null;
  readonly skills: readonly string[];
  readonly locale: string;
  readonly timezone: string;
}

export type ProfileUpdate = { readonly [K in keyof UserProfile]?: UserProfile[K] | undefined };

const MOST_NAME = 200;
const MOST_BIO = 1000;
const MOST_SKILLS = 20;
const MOST_SKILL = 50;

const LOCALE = /^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*$/;

/** Throws ProfileRuleViolated, which names the field and never repeats its value. */
export function checkProfile({ firstName, lastName, bio, skills, locale, timezone }: ProfileUpdate): void {
  for (const [field, name] of Object.entries({ firstName, lastName })) {
    if (name === undefined) continue;
    if (name.trim() === '' || name.length > MOST_NAME) throw new ProfileRuleViolated(field, `needs 1 to ${MOST_NAME} characters`);
  }
  if ((bio ?? '').length > MOST_BIO) throw new ProfileRuleViolated('bio', `takes at most ${MOST_BIO} characters`);
  if ((skills ?? []).length > MOST_SKILLS) throw new ProfileRuleViolated('skills', `takes at most ${MOST_SKILLS} entries`);
  if ((skills ?? []).some((skill) => skill.trim() === '' || skill.length > MOST_SKILL))
    throw new ProfileRuleViolated('skills', `takes entries of 1 to ${MOST_SKILL} characters`);
  if (locale !== undefined && (locale.length > 35 || !LOCALE.test(locale)))
    throw new ProfileRuleViolated('locale', 'needs a language tag such as en or pt-BR');
  if (timezone !== undefined && !isTimeZone(timezone))
    throw new ProfileRuleViolated('timezone', 'needs an IANA time zone such as Europe/Paris');
}

function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

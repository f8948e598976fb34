import { NO_AVAILABILITY, type Availability } from '../value-objects/availability.vo.ts';
import type { Subject } from '../value-objects/subject.vo.ts';
import type { TutorDocument } from '../value-objects/tutor-document.vo.ts';

export const CURRENCIES = ['USD', 'EUR', 'GBP'] as const;
export const EXPERIENCE_LEVELS = ['beginner', 'intermediate', 'advanced', 'expert'] as const;
export const MOST_LANGUAGES = 5;

/** How far the verification has come. A verified profile may be suspended meanwhile. */
type Verification = 'draft' | 'submitted' | 'in_review' | 'verified' | 'rejected' | 'info_requested';
export type ProfileStatus = Verification | 'suspended';

export interface Education {
  readonly institution: string;
  readonly degree: string;
  readonly year: number;
}

/** What a tutor writes about himself or herself, apart from rate, availability and documents. */
export interface ProfileText {
  readonly headline: string;
  readonly bio: string;
  readonly subjects: readonly Subject[];
  readonly languages: readonly string[];
  readonly experienceLevel: (typeof EXPERIENCE_LEVELS)[number];
  readonly yearsOfExperience: number | null;
  readonly education: readonly Education[];
}

export interface Suspension {
  readonly reason: string;
  readonly until: string | null;
}

/** What the reviewer answered to the last submission. */
export interface Feedback {
  readonly reason: string;
  readonly feedback: string | null;
  readonly items: readonly string[];
}

export interface TutorProfileState extends ProfileText {
  /** The id of the tutor's user. */
  readonly id: string;
  readonly displayName: string;
  /** Minor units; null until the first rate is set. */
  readonly hourlyRate: number | null;
  readonly currency: (typeof CURRENCIES)[number];
  /** Null until the first availability is set. */
  readonly timezone: string | null;
  readonly availability: Availability;
  readonly documents: readonly TutorDocument[];
  readonly verification: Verification;
  readonly suspension: Suspension | null;
  readonly feedback: Feedback | null;
  /** Number of submissions. */
  readonly attempt: number;
  readonly listed: boolean;
  readonly dashboardInitialized: boolean;
  readonly onboardingCompleted: boolean;
}

export type ProfileTextUpdate = { readonly [K in keyof ProfileText]?: ProfileText[K] | undefined };

export interface HourlyRate {
  /** Minor units. */
  readonly hourlyRate: number;
  readonly currency: TutorProfileState['currency'];
}

/** Before the first event. */
export const BLANK: TutorProfileState = {
  id: '',
  displayName: '',
  headline: '',
  bio: '',
  subjects: [],
  languages: [],
  experienceLevel: 'beginner',
  yearsOfExperience: null,
  education: [],
  hourlyRate: null,
  currency: 'USD',
  timezone: null,
  availability: NO_AVAILABILITY,
  documents: [],
  verification: 'draft',
  suspension: null,
  feedback: null,
  attempt: 0,
  listed: true,
  dashboardInitialized: false,
  onboardingCompleted: false,
};

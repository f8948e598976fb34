import type { Api } from './api.ts';
import type { DemoBus } from './demo-bus.ts';
import type { ProviderReports } from './provider-reports.ts';
import type { Story } from './story.ts';
import type { ToldLesson } from './told-lesson.ts';

export interface PaymentParts {
  readonly api: Api;
  readonly bus: DemoBus;
  readonly reports: ProviderReports;
  /** An access token of the superadmin. */
  readonly superadmin: string;
  readonly story: Story;
}

export interface PaidLesson {
  readonly lesson: ToldLesson;
  readonly paymentId: string;
}

/** Minor units of dollars. */
export function money(amount: number): string {
  return `$${(amount / 100).toFixed(2)}`;
}

/** Ids cut to what a person can compare. */
export function short(path: string): string {
  return path.replaceAll(/([0-9a-f]{8})(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '$1…');
}

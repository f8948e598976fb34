/** Counters, inside a unit of work. Not safe to repeat: the inbox of the caller makes an event count once. */
export abstract class UserAnalytics {
  abstract registered(userId: string, role: string, at: Date): Promise<void>;
  abstract noShow(tutorId: string, who: 'tutor' | 'student'): Promise<void>;
}

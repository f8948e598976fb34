export interface UserSettings {
  readonly emailMarketing: boolean;
  readonly lessonReminders: boolean;
  readonly language: string;
}

/** What a user has who never changed anything; marketing needs a consent of its own. */
export function defaultSettings(locale: string): UserSettings {
  return { emailMarketing: false, lessonReminders: true, language: locale };
}

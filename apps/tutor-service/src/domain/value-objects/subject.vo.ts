export const SUBJECT_CODES = [
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
] as const;
export const SUBJECT_LEVELS = ['elementary', 'middle_school', 'high_school', 'university', 'adult'] as const;
export const MOST_SUBJECTS = 10;

export interface Subject {
  readonly code: (typeof SUBJECT_CODES)[number];
  readonly level: (typeof SUBJECT_LEVELS)[number];
}

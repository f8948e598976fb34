import type { Verdict } from '@edtech/shared-kernel';
import type { Verification } from './verify-services.ts';

/** For the person at the terminal. */
export function verifyReport({ outcome, verdicts, unchecked }: Verification): string {
  const total = verdicts.reduce((sum, { checked }) => sum + checked.reduce((all, { violations }) => all + violations, 0), 0);
  const endings = {
    clean: 'clean',
    violation: `${total} violation${total === 1 ? '' : 's'}`,
    unchecked: 'could not check everything',
  };
  return [
    ...verdicts.flatMap((verdict) => [...linesOf(verdict), '']),
    ...unchecked.map((reason) => `could not check ${reason}`),
    endings[outcome],
  ].join('\n');
}

function linesOf({ service, at, checked, notChecked, undecided, violations }: Verdict): string[] {
  return [
    `${service} at position ${at.head}, ${at.takenAt}`,
    ...checked.map(({ invariant, looked, violations: found }) => {
      const result = found === 0 ? 'ok' : `${found} VIOLATED`;
      return `  ${invariant.padEnd(4)}${result}, ${looked} looked at`;
    }),
    ...[...notChecked, ...undecided].map(({ invariant, reason }) => `  ${invariant.padEnd(4)}not checked: ${reason}`),
    ...violations.flatMap(({ invariant, place, expected, found }) => [
      `  ${invariant} at ${place}`,
      `    expected  ${expected}`,
      `    found     ${found}`,
    ]),
  ];
}

import { fixture } from '../../../../libs/shared-kernel/src/testing/fixture.ts';

export const debtStore = fixture;

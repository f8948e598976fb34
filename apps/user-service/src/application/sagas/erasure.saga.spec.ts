import {
  AdminErasureConfirmed,
  IdentityErasureConfirmed,
  MatchingErasureConfirmed,
  PaymentErasureConfirmed,
  TutorErasureConfirmed,
  UserErasureRequested,
} from '@edtech/contracts';
import { sagaScenario } from '@edtech/shared-kernel/testing';
import { describe, expect, test } from 'vitest';
import { ADA } from '../../../test/user-events.fixture.ts';
import { EraseUserCommand } from '../commands/erase-user.command.ts';
import { ErasureSaga } from './erasure.saga.ts';

const START = new Date('2026-01-05T09:00:00.000Z');
const request = { userId: ADA, dueAt: '2026-02-04T09:00:00.000Z' };
const confirmations = [
  IdentityErasureConfirmed,
  TutorErasureConfirmed,
  AdminErasureConfirmed,
  MatchingErasureConfirmed,
  PaymentErasureConfirmed,
];
const scenario = () => sagaScenario(new ErasureSaga(), START);

describe('S8 erasure', () => {
  test('erases here once everybody else has, and not before', () => {
    const saga = scenario().when(UserErasureRequested, request);
    for (const confirmation of confirmations.slice(0, 4)) saga.when(confirmation, { userId: ADA }).again();
    saga.sends([]).hasStatus(ADA, 'running');
    saga.when(PaymentErasureConfirmed, { userId: ADA });
    saga.sends([new EraseUserCommand(ADA)]).hasStatus(ADA, 'completed');
    saga.again().advance('40d').sends([]);
  });

  test('confirmations may overtake the request', () => {
    const saga = scenario();
    for (const confirmation of confirmations) saga.when(confirmation, { userId: ADA });
    saga.sends([]).hasStatus(ADA, 'running');
    saga.when(UserErasureRequested, request);
    saga.sends([new EraseUserCommand(ADA)]).hasStatus(ADA, 'completed');
  });

  test('one service that confirms twice does not stand for another', () => {
    const saga = scenario().when(UserErasureRequested, request);
    for (let n = 0; n < 5; n++) saga.when(TutorErasureConfirmed, { userId: ADA });
    saga.sends([]).hasStatus(ADA, 'running');
  });

  test('a confirmation that is missing on the due date is named', () => {
    const saga = scenario().when(UserErasureRequested, request);
    for (const confirmation of confirmations.slice(1)) saga.when(confirmation, { userId: ADA });
    saga.advance('29d').hasStatus(ADA, 'running');
    expect(() => saga.advance('2d')).toThrow(/identity\.erasure_confirmed did not come/);
  });
});

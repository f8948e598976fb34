import { expect, test } from 'vitest';
import { NotVerifiable, Snapshot } from '../../src/infrastructure/verify/snapshot.ts';
import { StoppedService } from './stopped-service.fixture.ts';
import { looked, verdictOn } from './verify.fixture.ts';

const service = StoppedService.forEachTest();

test('a service that retried, parked, published and was driven by its own events is clean, and everything was looked at', async () => {
  const verdict = await service.verdict({ canaries: ['canary-7'] });
  expect(verdict.violations).toEqual([]);
  expect(verdict.at.head).toBe(11);
  expect(looked(verdict)).toMatchObject({ I2: 18, I3: 11, I6: 7, I7: 0, I9: 11, I10: 14, I11: 11 });
  expect(looked(verdict)['I12']).toBeGreaterThan(30);
  expect(verdict.notChecked.map(({ invariant }) => invariant)).toEqual(['I1', 'I4', 'I5', 'I6', 'I8', 'I9', 'I11']);
});

test('what is asked for is looked at, and nothing else: invariants, one stream, events after a position', async () => {
  expect(looked(await service.verdict({ only: ['I3', 'I9'] }))).toEqual({ I3: 11, I9: 11 });
  const ofOne = await service.verdict({ stream: 'Lamp/a' });
  expect(looked(ofOne)).toEqual({ I2: 5, I3: 4, I6: 1, I9: 4, I11: 4 });
  expect(ofOne.notChecked).toContainEqual({ invariant: 'I10', reason: 'it is not about one stream' });
  const later = await service.verdict({ since: 9 });
  expect([looked(later)['I3'], looked(later)['I9'], later.violations]).toEqual([2, 2, []]);
});

test('a look sees one moment, whatever is written meanwhile', async () => {
  const seen = await Snapshot.of(service.url, async (snapshot) => {
    const before = await snapshot.count('FROM lamps');
    await service.run(`DELETE FROM lamps WHERE id = 'a'`);
    return [before, await snapshot.count('FROM lamps')];
  });
  expect(seen).toEqual([7, 7]);
  expect(await Snapshot.of(service.url, (snapshot) => snapshot.count('FROM lamps'))).toBe(6);
});

test('a look cannot write', async () => {
  await Snapshot.of(service.url, (snapshot) => snapshot.rows('SELECT 1'));
  const write = Snapshot.of(service.url, (snapshot) => snapshot.rows('DELETE FROM inbox'));
  await expect(write).rejects.toThrow('read-only transaction');
});

test('a database that is away, or holds no service, is not called clean', async () => {
  const away = new URL(service.url);
  away.port = '1';
  await expect(verdictOn(away.href)).rejects.toBeInstanceOf(NotVerifiable);
  const foreign = new URL(service.url);
  foreign.pathname = '/postgres';
  await expect(verdictOn(foreign.href)).rejects.toMatchObject({ code: 'NOT_VERIFIABLE' });
});

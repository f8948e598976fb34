import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  eventsLiveForEver,
  patternsComeFromTheCatalogue,
  permissionsAreNarrow,
  queuesAreGuarded,
  targetsKeepWhatTheyCannotDeliver,
} from './module-rules.ts';
import type { ModuleRule } from './module-rules.ts';
import { unresolvedReferences } from './references.ts';
import { parseModule, readModules } from './terraform-module.ts';
import type { TerraformModule } from './terraform-module.ts';

let modules: readonly TerraformModule[] = [];
beforeAll(async () => {
  modules = await readModules(fileURLToPath(new URL('../../infrastructure', import.meta.url)));
});

function count(type: string): number {
  return modules.flatMap(({ blocks }) => blocks).filter((block) => block.type === type).length;
}

test('the modules are where the guide looks for them and hold what the rules below speak of', () => {
  expect(modules.map(({ path }) => path)).toEqual([
    'environments/development',
    'environments/production',
    'modules/event-routing',
    'modules/shared/event-bridge',
    'modules/shared/event-store',
    'modules/shared/queues',
  ]);
  const present = ['event_rule', 'event_target', 'event_archive'].map((name) => `aws_cloudwatch_${name}`);
  for (const type of [...present, 'aws_dynamodb_table', 'aws_kms_key']) expect(count(type), type).toBe(1);
  expect(count('aws_sqs_queue')).toBe(2);
});

const rules: readonly (readonly [string, ModuleRule])[] = [
  ['patterns come from the catalogue', patternsComeFromTheCatalogue],
  ['targets keep what they cannot deliver', targetsKeepWhatTheyCannotDeliver],
  ['queues are guarded', queuesAreGuarded],
  ['permissions are narrow', permissionsAreNarrow],
  ['events live for ever', eventsLiveForEver],
];

test.each(rules)('G25 %s', (_title, rule) => {
  expect(modules.length).toBeGreaterThan(0);
  expect(modules.flatMap(rule)).toEqual([]);
});

test('every variable, local, module output, resource and argument resolves', () => {
  expect(modules.flatMap(({ expressions }) => expressions).length).toBeGreaterThan(100);
  expect(unresolvedReferences(modules)).toEqual([]);
});

const document = (name: string, body: string): string =>
  `data "aws_iam_policy_document" "${name}" {\n  statement {\n${body}\n  }\n}\n`;
const condition = (test: string, variable: string): string =>
  `condition {\n    test = "${test}"\n    variable = "${variable}"\n    values = ["x"]\n  }\n`;
const target = (body: string): string => `resource "aws_cloudwatch_event_target" "t" {\n${body}\n}\n`;
const deadLetters = 'dead_letter_config {\n    arn = var.dlq\n  }\n';
const retry = 'retry_policy {\n    maximum_retry_attempts = 185\n    maximum_event_age_in_seconds = 86400\n  }\n';
const rule = (name: string, pattern: string): string =>
  `resource "aws_cloudwatch_event_rule" "r" {\n  name = ${name}\n  event_pattern = ${pattern}\n}\n`;
const table = (body: string): string => `resource "aws_dynamodb_table" "t" {\n${body}\n}\n`;
const recovery = (enabled: boolean): string => `point_in_time_recovery {\n    enabled = ${enabled}\n  }\n`;
const guarded = 'deletion_protection_enabled = true\n';

const queue = (body: string): string => `resource "aws_sqs_queue" "q" {\n${body}\n}\n`;
const whole = 'kms_master_key_id = "k"\n  redrive_policy = jsonencode({ deadLetterTargetArn = aws_sqs_queue.d.arn })';
const dead = 'resource "aws_sqs_queue" "d" {\n  kms_master_key_id = "k"\n}\n';
const policyOf = (name: string): string =>
  `resource "aws_sqs_queue_policy" "${name}" {\n  queue_url = aws_sqs_queue.${name}.id\n  policy = data.aws_iam_policy_document.doc.json\n}\n`;
const bound = document('doc', condition('ArnEquals', 'aws:SourceArn'));
const alarm = `resource "aws_cloudwatch_metric_alarm" "a" {\n  metric_name = "ApproximateNumberOfMessagesVisible"\n  dimensions = { QueueName = aws_sqs_queue.d.name }\n}\n`;
const queues = queue(whole) + dead + policyOf('q') + policyOf('d') + bound + alarm;

describe('each rule passes the sound text and finds the planted fault', () => {
  test.each<[string, ModuleRule, string, string[]]>([
    ['sound rule', patternsComeFromTheCatalogue, rule('each.key', 'jsonencode(each.value.pattern)'), []],
    [
      'literal pattern',
      patternsComeFromTheCatalogue,
      rule('each.key', 'jsonencode({ source = ["user-service"] })'),
      ['name and pattern'],
    ],
    ['literal name', patternsComeFromTheCatalogue, rule('"mine"', 'jsonencode(each.value.pattern)'), ['name and pattern']],
    ['sound target', targetsKeepWhatTheyCannotDeliver, target(deadLetters + retry), []],
    ['no DLQ', targetsKeepWhatTheyCannotDeliver, target(retry), ['no dead letter queue']],
    ['no retry', targetsKeepWhatTheyCannotDeliver, target(deadLetters), ['no retry policy']],
    ['a role', targetsKeepWhatTheyCannotDeliver, target(`${deadLetters}${retry}role_arn = "x"`), ['has a role']],
    ['sound queues', queuesAreGuarded, queues, []],
    ['no policy', queuesAreGuarded, queues.replace(policyOf('q'), ''), ['aws_sqs_queue.q has no policy']],
    ['no policy on the DLQ', queuesAreGuarded, queues.replace(policyOf('d'), ''), ['aws_sqs_queue.d has no policy']],
    [
      'policy for everybody',
      queuesAreGuarded,
      queues.replace(bound, document('doc', 'sid = "x"')),
      ['d has no policy', 'q has no policy'],
    ],
    [
      'wrong condition',
      queuesAreGuarded,
      queues.replace('aws:SourceArn', 'aws:SourceIp'),
      ['d has no policy', 'q has no policy'],
    ],
    ['no redrive', queuesAreGuarded, queues.replace(whole, 'kms_master_key_id = "k"'), ['d has no redrive', 'q has no redrive']],
    ['no key', queuesAreGuarded, queues.replace('kms_master_key_id = "k"\n  redrive', 'redrive'), ['q is not encrypted']],
    ['no alarm', queuesAreGuarded, queues.replace(alarm, ''), ['d has no alarm']],
    ['narrow document', permissionsAreNarrow, document('p', 'actions = ["sqs:SendMessage"]\n resources = [var.arn]'), []],
    ['wildcard action', permissionsAreNarrow, document('p', 'actions = ["sqs:*"]\n resources = [var.arn]'), ['allows sqs:*']],
    [
      'wildcard resource',
      permissionsAreNarrow,
      document('p', 'actions = ["sqs:SendMessage"]\n resources = ["*"]'),
      ['reaches *'],
    ],
    [
      'half a wildcard',
      permissionsAreNarrow,
      document('p', 'actions = ["a:B"]\n resources = ["${var.arn}/*"]'),
      ['reaches ${var.arn}/*'],
    ],
    ['exclusion', permissionsAreNarrow, document('p', 'not_actions = ["sqs:SendMessage"]'), ['by exclusion']],
    [
      'inline policy',
      permissionsAreNarrow,
      'resource "aws_iam_policy" "p" {\n policy = jsonencode({})\n}\n',
      ['not a policy document'],
    ],
    [
      'any source',
      permissionsAreNarrow,
      document('p', `actions = ["events:PutEvents"]\n${condition('StringEquals', 'events:source')}`),
      ['any name'],
    ],
    ['sound table', eventsLiveForEver, table(guarded + recovery(true)), []],
    ['TTL', eventsLiveForEver, table(`${guarded}${recovery(true)}ttl {\n attribute_name = "expiresAt"\n}`), ['expire']],
    ['no recovery', eventsLiveForEver, table(guarded), ['point-in-time']],
    ['recovery off', eventsLiveForEver, table(guarded + recovery(false)), ['point-in-time']],
    ['no protection', eventsLiveForEver, table(recovery(true)), ['can be deleted']],
  ])('%s', async (_what, moduleRule, text, problems) => {
    const found = moduleRule(await parseModule('planted', [text]));
    expect(found).toHaveLength(problems.length);
    problems.forEach((problem, index) => expect(found[index]).toContain(problem));
  });

  test('the wildcard of a key policy is the key itself', async () => {
    const key = 'resource "aws_kms_key" "k" {\n policy = data.aws_iam_policy_document.p.json\n}\n';
    const open = document('p', 'actions = ["kms:Decrypt"]\n resources = ["*"]');
    expect(permissionsAreNarrow(await parseModule('planted', [key + open]))).toEqual([]);
    expect(permissionsAreNarrow(await parseModule('planted', [open]))).toHaveLength(1);
  });
});

describe('references', () => {
  const called = 'variable "bus" {\n}\nvariable "tag" {\n default = ""\n}\noutput "arn" {\n value = var.bus\n}\n';
  const call = (body: string): string => `module "m" {\n  source = "../called"\n${body}\n}\n`;
  const problems = async (text: string): Promise<string[]> =>
    unresolvedReferences([await parseModule('a/called', [called]), await parseModule('a/caller', [text])]);

  test('sound text resolves', async () => {
    expect(await problems(`${call('bus = "b"')}locals {\n  x = module.m.arn\n}\noutput "y" {\n  value = local.x\n}\n`)).toEqual(
      [],
    );
  });

  test.each([
    ['output "y" {\n value = var.nowhere\n}\n', 'var.nowhere does not exist'],
    ['output "y" {\n value = "a-${local.nowhere}-b"\n}\n', 'local.nowhere does not exist'],
    ['output "y" {\n value = aws_iam_role.eventbridge_role.arn\n}\n', 'aws_iam_role.eventbridge_role does not exist'],
    ['output "y" {\n value = data.aws_iam_policy_document.p.json\n}\n', 'data.aws_iam_policy_document.p does not exist'],
    [`${call('bus = "b"')}output "y" {\n value = module.m.nothing\n}\n`, 'module.m.nothing does not exist'],
    [call(''), 'module m is not given bus'],
    [call('bus = "b"\n colour = "red"'), 'module m does not know colour'],
    ['module "m" {\n  source = "../absent"\n}\n', 'module m has no source here'],
  ])('a fault is found: %s', async (text, problem) => {
    expect(await problems(text)).toEqual([`a/caller: ${problem}`]);
  });
});

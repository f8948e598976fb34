import { bodiesOf, stringsIn } from './terraform-module.ts';
import type { Block, TerraformModule } from './terraform-module.ts';

/** A rule answers what is wrong in a module; a module that has nothing the rule is about is right. */
export type ModuleRule = (module: TerraformModule) => string[];

export const patternsComeFromTheCatalogue: ModuleRule = (module) =>
  resources(module, 'aws_cloudwatch_event_rule')
    .filter(({ body }) => body['event_pattern'] !== '${jsonencode(each.value.pattern)}' || body['name'] !== '${each.key}')
    .map((rule) => `${address(rule)} does not take its name and pattern from the catalogue`);

export const targetsKeepWhatTheyCannotDeliver: ModuleRule = (module) =>
  resources(module, 'aws_cloudwatch_event_target').flatMap((target) => {
    const [deadLetters] = bodiesOf(target.body['dead_letter_config']);
    const [retry] = bodiesOf(target.body['retry_policy']);
    return [
      ...(deadLetters?.['arn'] ? [] : [`${address(target)} has no dead letter queue`]),
      ...(retry?.['maximum_retry_attempts'] && retry['maximum_event_age_in_seconds']
        ? []
        : [`${address(target)} has no retry policy`]),
      ...('role_arn' in target.body
        ? [`${address(target)} has a role; an SQS target is entered by the policy of its queue`]
        : []),
    ];
  });

export const queuesAreGuarded: ModuleRule = (module) => {
  const queues = resources(module, 'aws_sqs_queue');
  const deadLetters = queues.filter((queue) => queues.some(({ body }) => mentions(body['redrive_policy'], address(queue))));
  return queues.flatMap((queue) => {
    const policies = resources(module, 'aws_sqs_queue_policy').filter(({ body }) => mentions(body['queue_url'], address(queue)));
    const documents = policies.flatMap(({ body }) => documentsOf(module, body['policy']));
    const alarmed = resources(module, 'aws_cloudwatch_metric_alarm').some(
      ({ body }) => body['metric_name'] === 'ApproximateNumberOfMessagesVisible' && mentions(body['dimensions'], address(queue)),
    );
    const isDeadLetters = deadLetters.includes(queue);
    return [
      ...(documents.length > 0 && documents.every(onlyForRules)
        ? []
        : [`${address(queue)} has no policy bound to aws:SourceArn`]),
      ...(queue.body['kms_master_key_id'] ? [] : [`${address(queue)} is not encrypted with a key`]),
      ...(isDeadLetters || queue.body['redrive_policy'] ? [] : [`${address(queue)} has no redrive policy`]),
      ...(!isDeadLetters || alarmed ? [] : [`${address(queue)} has no alarm on its depth`]),
    ];
  });
};

export const permissionsAreNarrow: ModuleRule = (module) => {
  const keyDocuments = resources(module, 'aws_kms_key').flatMap(({ body }) => documentsOf(module, body['policy']));
  const inDocuments = policyDocuments(module).flatMap((document) =>
    bodiesOf(document.body['statement']).flatMap((statement) => {
      const actions = stringsIn(statement['actions']).filter((action) => action.includes('*'));
      const wide = stringsIn(statement['resources']).filter((resource) => resource.includes('*'));
      const conditions = bodiesOf(statement['condition']).map((condition) => condition['variable']);
      const sends = stringsIn(statement['actions']).includes('events:PutEvents');
      return [
        ...actions.map((action) => `${address(document)} allows ${action}`),
        ...(keyDocuments.includes(document) ? [] : wide.map((resource) => `${address(document)} reaches ${resource}`)),
        ...(statement['not_actions'] || statement['not_resources'] ? [`${address(document)} allows by exclusion`] : []),
        ...(!sends || (conditions.includes('events:source') && conditions.includes('events:detail-type'))
          ? []
          : [`${address(document)} lets a service speak in any name`]),
      ];
    }),
  );
  const unseen = module.blocks
    .filter(({ kind, body }) => kind === 'resource' && 'policy' in body && documentsOf(module, body['policy']).length === 0)
    .map((block) => `${address(block)} has a policy that is not a policy document`);
  return [...inDocuments, ...unseen];
};

export const eventsLiveForEver: ModuleRule = (module) =>
  resources(module, 'aws_dynamodb_table').flatMap((table) => {
    const expires = 'ttl' in table.body || bodiesOf(table.body['dynamic']).some((dynamic) => 'ttl' in dynamic);
    const recoverable = bodiesOf(table.body['point_in_time_recovery']).some(({ enabled }) => enabled === true);
    return [
      ...(expires ? [`${address(table)} lets items expire`] : []),
      ...(recoverable ? [] : [`${address(table)} has no point-in-time recovery`]),
      ...(table.body['deletion_protection_enabled'] === true ? [] : [`${address(table)} can be deleted`]),
    ];
  });

function onlyForRules({ body }: Block): boolean {
  return bodiesOf(body['statement']).every((statement) =>
    bodiesOf(statement['condition']).some(({ test, variable }) => test === 'ArnEquals' && variable === 'aws:SourceArn'),
  );
}

function resources(module: TerraformModule, type: string): Block[] {
  return module.blocks.filter((block) => block.kind === 'resource' && block.type === type);
}

function policyDocuments(module: TerraformModule): Block[] {
  return module.blocks.filter((block) => block.kind === 'data' && block.type === 'aws_iam_policy_document');
}

function documentsOf(module: TerraformModule, policy: unknown): Block[] {
  return policyDocuments(module).filter((document) => mentions(policy, address(document)));
}

function mentions(value: unknown, of: string): boolean {
  return stringsIn(value).some((text) => new RegExp(`\\b${of.replaceAll('.', String.raw`\.`)}\\b`).test(text));
}

function address({ kind, type, name }: Block): string {
  return kind === 'data' ? `data.${type}.${name}` : `${type}.${name}`;
}

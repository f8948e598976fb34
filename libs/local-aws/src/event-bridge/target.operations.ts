import { AwsError } from '../aws-error.ts';
import type { Operations } from './operation.ts';
import { page } from './page.ts';
import type { Registry } from './registry.ts';
import type { Request } from './request.ts';
import { readTarget } from './target.parser.ts';

const TARGETS_PER_RULE = 5;

export function targetOperations({ registry }: { registry: Registry }): Operations {
  const busOf = (request: Request) => registry.bus(request.optionalText('EventBusName')).name;
  const ruleOf = (request: Request) => registry.rule(busOf(request), request.text('Rule'));

  return {
    /** Takes all targets or none. */
    async PutTargets(request) {
      const rule = ruleOf(request);
      const targets = new Map(rule.state.targets.map((target) => [target.Id, target]));
      for (const entry of request.list('Targets', 1, 100)) {
        const target = readTarget(entry, registry.arns);
        targets.set(target.Id, target);
      }
      if (targets.size > TARGETS_PER_RULE) {
        throw new AwsError('LimitExceededException', `Rule ${rule.state.name} would have more than ${TARGETS_PER_RULE} targets.`);
      }
      await registry.saveRule({ ...rule.state, targets: [...targets.values()] });
      return { FailedEntryCount: 0, FailedEntries: [] };
    },

    async RemoveTargets(request) {
      const rule = ruleOf(request);
      const ids = request.texts('Ids');
      await registry.saveRule({ ...rule.state, targets: rule.state.targets.filter(({ Id }) => !ids.includes(Id)) });
      return { FailedEntryCount: 0, FailedEntries: [] };
    },

    ListTargetsByRule(request) {
      const { items, ...more } = page(request, ruleOf(request).state.targets);
      return { Targets: items, ...more };
    },

    ListRuleNamesByTarget(request) {
      const arn = request.text('TargetArn');
      const { items, ...more } = page(
        request,
        registry.listRules(busOf(request)).filter(({ state }) => state.targets.some(({ Arn }) => Arn === arn)),
      );
      return { RuleNames: items.map(({ state }) => state.name), ...more };
    },
  };
}

import { AwsError } from '../aws-error.ts';
import { compileEventPattern } from './event-pattern.ts';
import type { Operations } from './operation.ts';
import { page } from './page.ts';
import type { Registry, Rule } from './registry.ts';
import type { Request } from './request.ts';
import { readTags } from './tag.operations.ts';

const RULE_NAME = /^[.\-_A-Za-z0-9]{1,64}$/;
const STATE = /^(?:ENABLED|DISABLED)$/;

export function ruleOperations({ registry }: { registry: Registry }): Operations {
  const view = ({ state, arn }: Rule) => ({
    Name: state.name,
    Arn: arn,
    EventPattern: state.pattern,
    State: state.enabled ? 'ENABLED' : 'DISABLED',
    ...(state.description !== undefined && { Description: state.description }),
    ...(state.roleArn !== undefined && { RoleArn: state.roleArn }),
    EventBusName: state.bus,
  });
  const busOf = (request: Request) => registry.bus(request.optionalText('EventBusName')).name;
  const enable = async (request: Request, enabled: boolean) => {
    const rule = registry.rule(busOf(request), request.text('Name'));
    await registry.saveRule({ ...rule.state, enabled });
    return {};
  };

  return {
    async PutRule(request) {
      const name = request.text('Name', RULE_NAME);
      const bus = busOf(request);
      if (request.optionalText('ScheduleExpression') !== undefined) {
        throw new AwsError('ValidationException', 'ScheduleExpression is not supported here: rules need an EventPattern.');
      }
      const pattern = request.optionalText('EventPattern') ?? '';
      if (pattern === '') {
        throw new AwsError('ValidationException', 'Parameter(s) EventPattern or ScheduleExpression must be specified.');
      }
      compileEventPattern(pattern);
      const description = request.optionalText('Description');
      const roleArn = request.optionalText('RoleArn');
      const enabled = (request.optionalText('State', STATE) ?? 'ENABLED') === 'ENABLED';
      const known = registry.findRule(bus, name)?.state;
      await registry.saveRule({
        bus,
        name,
        pattern,
        enabled,
        ...(description !== undefined && { description }),
        ...(roleArn !== undefined && { roleArn }),
        targets: known?.targets ?? [],
        tags: known?.tags ?? readTags(request),
      });
      return { RuleArn: registry.arns.rule(bus, name) };
    },

    DescribeRule(request) {
      const rule = registry.rule(busOf(request), request.text('Name'));
      return { ...view(rule), CreatedBy: registry.arns.account };
    },

    ListRules(request) {
      const prefix = request.optionalText('NamePrefix') ?? '';
      const { items, ...more } = page(
        request,
        registry.listRules(busOf(request)).filter(({ state }) => state.name.startsWith(prefix)),
      );
      return { Rules: items.map(view), ...more };
    },

    async DeleteRule(request) {
      const bus = busOf(request);
      const rule = registry.findRule(bus, request.text('Name'));
      if (rule && rule.targets.size > 0) {
        throw new AwsError('ValidationException', "Rule can't be deleted since it has targets.");
      }
      if (rule) await registry.deleteRule(bus, rule.state.name);
      return {};
    },

    EnableRule: (request) => enable(request, true),
    DisableRule: (request) => enable(request, false),
  };
}

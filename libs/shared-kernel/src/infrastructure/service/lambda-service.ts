import { createLambdaHandler, type SqsLambdaEvent, type SqsLambdaResponse } from '../consumer/lambda-handler.ts';
import { createRecordProcessor } from '../consumer/process-record.ts';
import { createServiceApp, reactionsIn } from './service-app.ts';
import { processEnvironment } from './service-config.ts';
import type { ServiceDefinition } from './service-definition.ts';
import { openKernel } from './service-kernel.ts';

/**
 * The queue side of a service as a Lambda function: the same processing as the poller's, prepared at the first call. Feed, sagas and
 * migrations are the business of a worker (`ROLE=worker`) elsewhere. The trigger needs `ReportBatchItemFailures`.
 */
export function lambdaService(
  definition: ServiceDefinition,
  env: Readonly<Record<string, string | undefined>> = processEnvironment(),
): (event: SqsLambdaEvent) => Promise<SqsLambdaResponse> {
  let prepared: Promise<(event: SqsLambdaEvent) => Promise<SqsLambdaResponse>> | undefined;
  return async (event) => {
    prepared ??= prepare(definition, env).catch((error: unknown) => {
      prepared = undefined;
      throw error;
    });
    return (await prepared)(event);
  };
}

async function prepare(
  definition: ServiceDefinition,
  env: Readonly<Record<string, string | undefined>>,
): Promise<(event: SqsLambdaEvent) => Promise<SqsLambdaResponse>> {
  const kernel = openKernel(definition, env);
  const { received } = reactionsIn(await createServiceApp(kernel), kernel);
  kernel.signal.start();
  return createLambdaHandler(createRecordProcessor(received));
}

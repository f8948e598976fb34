import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { alphaService } from '../../../apps/alpha-service/src/alpha-service.module.ts';

export const startLocal = (): unknown[] => [new DynamoDBClient(), alphaService];

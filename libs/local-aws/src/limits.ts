/** Printed at start: what works on AWS and is not checked or not there here. */
export const LIMITS: readonly string[] = [
  'no IAM except the one rule that a PutEvents entry may only carry a detail type its source owns; queue policies are kept, not enforced',
  'one account (000000000000) and one region (us-east-1), any credentials',
  'no API rate limits unless a fault switch asks for them',
  'no DynamoDB transactions, Streams or TTL; no SQS message move tasks, tags or ReceiveRequestAttemptId; no schema registry',
  'no Scheduler, Cognito, SNS, S3 or Lambda',
];

output "queue_arns" {
  description = "Queue name to ARN, dead letter queues included"
  value = merge(
    { for queue in aws_sqs_queue.inbox : queue.name => queue.arn },
    { for queue in aws_sqs_queue.dead_letters : queue.name => queue.arn },
  )
}

output "consume_policy_arns" {
  description = "Queue name to the policy that lets its service read it"
  value       = { for name, policy in aws_iam_policy.consume : name => policy.arn }
}

output "bus_arn" {
  description = "ARN of the event bus"
  value       = aws_cloudwatch_event_bus.edtech_bus.arn
}

output "rule_arns" {
  description = "Rule name to ARN"
  value       = { for name, rule in aws_cloudwatch_event_rule.rule : name => rule.arn }
}

output "publish_policy_arns" {
  description = "Service to the policy that lets it publish its events"
  value       = { for service, policy in aws_iam_policy.publish : service => policy.arn }
}

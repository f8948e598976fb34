output "bus" {
  description = "Name of the event bus"
  value       = local.catalogue.bus
}

output "rules" {
  description = "Rule name to rule: target, pattern, retry, dlq"
  value       = local.rules
}

output "patterns" {
  description = "Rule name to event pattern as EventBridge receives it"
  value       = { for name, rule in local.rules : name => jsonencode(rule.pattern) }
}

output "queues" {
  description = "Queue name to queue: dlq, maxReceiveCount, visibilityTimeout"
  value       = local.queues
}

output "archive" {
  description = "Archive of everything on the bus"
  value       = local.catalogue.archive
}

output "event_sources" {
  description = "Service to the events it alone may publish"
  value       = local.catalogue.eventSources
}

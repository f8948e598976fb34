terraform {
  required_version = ">= 1.6.0"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.0"
    }
  }
}

resource "aws_cloudwatch_event_bus" "edtech_bus" {
  name = var.bus

  tags = {
    Environment = var.environment
    Service     = "event-bridge"
  }
}

resource "aws_cloudwatch_event_rule" "rule" {
  for_each = var.rules

  name           = each.key
  event_bus_name = aws_cloudwatch_event_bus.edtech_bus.name
  event_pattern  = jsonencode(each.value.pattern)
}

# No role on the target: EventBridge enters SQS by the policy of the queue.
resource "aws_cloudwatch_event_target" "queue" {
  for_each = var.rules

  rule           = aws_cloudwatch_event_rule.rule[each.key].name
  event_bus_name = aws_cloudwatch_event_bus.edtech_bus.name
  target_id      = each.value.target
  arn            = var.queue_arns[each.value.target]

  dead_letter_config {
    arn = var.queue_arns[each.value.dlq]
  }

  retry_policy {
    maximum_retry_attempts       = each.value.retry.maximumRetryAttempts
    maximum_event_age_in_seconds = each.value.retry.maximumEventAgeInSeconds
  }
}

resource "aws_cloudwatch_event_archive" "everything" {
  name             = "${var.bus}-${var.archive.name}"
  event_source_arn = aws_cloudwatch_event_bus.edtech_bus.arn
  retention_days   = var.archive.retentionDays
}

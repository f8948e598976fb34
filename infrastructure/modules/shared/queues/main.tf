terraform {
  required_version = ">= 1.6.0"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.0"
    }
  }
}

locals {
  rule_arns_by_queue = {
    for queue in keys(var.queues) : queue => [for rule, target in var.rule_targets : var.rule_arns[rule] if target == queue]
  }
}

resource "aws_sqs_queue" "inbox" {
  for_each = var.queues

  name                       = each.key
  visibility_timeout_seconds = each.value.visibilityTimeout
  message_retention_seconds  = 1209600
  receive_wait_time_seconds  = 20
  kms_master_key_id          = aws_kms_key.messages.arn
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead_letters[each.key].arn
    maxReceiveCount     = each.value.maxReceiveCount
  })

  tags = { Environment = var.environment }
}

resource "aws_sqs_queue" "dead_letters" {
  for_each = var.queues

  name                      = each.value.dlq
  message_retention_seconds = 1209600
  kms_master_key_id         = aws_kms_key.messages.arn

  tags = { Environment = var.environment }
}

# Without it any queue of the account could use this one as its dead letter queue.
resource "aws_sqs_queue_redrive_allow_policy" "dead_letters" {
  for_each = var.queues

  queue_url = aws_sqs_queue.dead_letters[each.key].id
  redrive_allow_policy = jsonencode({
    redrivePermission = "byQueue"
    sourceQueueArns   = [aws_sqs_queue.inbox[each.key].arn]
  })
}

data "aws_iam_policy_document" "inbox" {
  for_each = var.queues

  statement {
    sid       = "RulesDeliver"
    actions   = ["sqs:SendMessage"]
    resources = [aws_sqs_queue.inbox[each.key].arn]

    principals {
      type        = "Service"
      identifiers = ["events.amazonaws.com"]
    }

    condition {
      test     = "ArnEquals"
      variable = "aws:SourceArn"
      values   = local.rule_arns_by_queue[each.key]
    }
  }
}

data "aws_iam_policy_document" "dead_letters" {
  for_each = var.queues

  statement {
    sid       = "RulesGiveUp"
    actions   = ["sqs:SendMessage"]
    resources = [aws_sqs_queue.dead_letters[each.key].arn]

    principals {
      type        = "Service"
      identifiers = ["events.amazonaws.com"]
    }

    condition {
      test     = "ArnEquals"
      variable = "aws:SourceArn"
      values   = local.rule_arns_by_queue[each.key]
    }
  }
}

resource "aws_sqs_queue_policy" "inbox" {
  for_each = var.queues

  queue_url = aws_sqs_queue.inbox[each.key].id
  policy    = data.aws_iam_policy_document.inbox[each.key].json
}

resource "aws_sqs_queue_policy" "dead_letters" {
  for_each = var.queues

  queue_url = aws_sqs_queue.dead_letters[each.key].id
  policy    = data.aws_iam_policy_document.dead_letters[each.key].json
}

resource "aws_cloudwatch_metric_alarm" "dead_letters" {
  for_each = var.queues

  alarm_name          = "${each.value.dlq}-depth"
  alarm_description   = "Messages are parked in ${each.value.dlq}; find the cause, then redrive them."
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateNumberOfMessagesVisible"
  dimensions          = { QueueName = aws_sqs_queue.dead_letters[each.key].name }
  statistic           = "Maximum"
  period              = 60
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_topic_arns
}

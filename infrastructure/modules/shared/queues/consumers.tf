data "aws_iam_policy_document" "consume" {
  for_each = var.queues

  statement {
    sid       = "ReadOwnInbox"
    actions   = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility", "sqs:GetQueueAttributes", "sqs:GetQueueUrl"]
    resources = [aws_sqs_queue.inbox[each.key].arn]
  }

  statement {
    sid = "RedriveOwnDeadLetters"
    actions = [
      "sqs:ReceiveMessage",
      "sqs:DeleteMessage",
      "sqs:ChangeMessageVisibility",
      "sqs:GetQueueAttributes",
      "sqs:GetQueueUrl",
      "sqs:SendMessage",
    ]
    resources = [aws_sqs_queue.dead_letters[each.key].arn]
  }

  # A redrive puts the messages back with receive, send and delete.
  statement {
    sid       = "RefillOwnInbox"
    actions   = ["sqs:SendMessage"]
    resources = [aws_sqs_queue.inbox[each.key].arn]
  }

  statement {
    sid       = "ReadEncrypted"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = [aws_kms_key.messages.arn]
  }
}

resource "aws_iam_policy" "consume" {
  for_each = var.queues

  name   = "${var.environment}-${each.key}-consume"
  policy = data.aws_iam_policy_document.consume[each.key].json
}

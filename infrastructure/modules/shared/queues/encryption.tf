data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

# In the policy of a key, "*" is the key itself; there is no other way to name it.
data "aws_iam_policy_document" "key" {
  statement {
    sid = "AccountAdministersAndDelegates"
    actions = [
      "kms:CancelKeyDeletion",
      "kms:Decrypt",
      "kms:DescribeKey",
      "kms:DisableKey",
      "kms:EnableKey",
      "kms:EnableKeyRotation",
      "kms:GenerateDataKey",
      "kms:GetKeyPolicy",
      "kms:GetKeyRotationStatus",
      "kms:ListResourceTags",
      "kms:PutKeyPolicy",
      "kms:ScheduleKeyDeletion",
      "kms:TagResource",
      "kms:UntagResource",
      "kms:UpdateKeyDescription",
    ]
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = ["arn:${data.aws_partition.current.partition}:iam::${data.aws_caller_identity.current.account_id}:root"]
    }
  }

  # EventBridge encrypts what it puts into the queues.
  statement {
    sid       = "RulesDeliver"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = ["*"]

    principals {
      type        = "Service"
      identifiers = ["events.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [data.aws_caller_identity.current.account_id]
    }
  }
}

resource "aws_kms_key" "messages" {
  description         = "Messages in the queues of ${var.environment}"
  enable_key_rotation = true
  policy              = data.aws_iam_policy_document.key.json

  tags = { Environment = var.environment }
}

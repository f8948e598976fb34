# A service may speak in its own name only, and only say what its contracts define.
data "aws_iam_policy_document" "publish" {
  for_each = var.event_sources

  statement {
    sid       = "PublishOwnEvents"
    actions   = ["events:PutEvents"]
    resources = [aws_cloudwatch_event_bus.edtech_bus.arn]

    condition {
      test     = "StringEquals"
      variable = "events:source"
      values   = [each.key]
    }

    condition {
      test     = "StringEquals"
      variable = "events:detail-type"
      values   = each.value
    }
  }
}

resource "aws_iam_policy" "publish" {
  for_each = var.event_sources

  name   = "${var.environment}-${each.key}-publish-events"
  policy = data.aws_iam_policy_document.publish[each.key].json
}

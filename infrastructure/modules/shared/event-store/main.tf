terraform {
  required_version = ">= 1.6.0"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.0"
    }
  }
}

variable "environment" {
  description = "Name of the environment, for tags and names of policies"
  type        = string
}

variable "tables_file" {
  description = "Path of tables.json"
  type        = string
}

locals {
  tables = { for table in jsondecode(file(var.tables_file)).tables : table.name => table }
}

# Events are the truth: no item expires, and the table outlives a mistaken destroy.
resource "aws_dynamodb_table" "event_store" {
  for_each = local.tables

  name                        = each.key
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = each.value.partitionKey
  range_key                   = each.value.sortKey
  deletion_protection_enabled = true

  dynamic "attribute" {
    for_each = toset(concat(
      [each.value.partitionKey, each.value.sortKey],
      flatten([for index in each.value.indexes : [index.partitionKey, index.sortKey]]),
    ))

    content {
      name = attribute.value
      type = "S"
    }
  }

  dynamic "global_secondary_index" {
    for_each = { for index in each.value.indexes : index.name => index }

    content {
      name            = global_secondary_index.key
      hash_key        = global_secondary_index.value.partitionKey
      range_key       = global_secondary_index.value.sortKey
      projection_type = global_secondary_index.value.projection
    }
  }

  point_in_time_recovery {
    enabled = true
  }

  server_side_encryption {
    enabled = true
  }

  lifecycle {
    prevent_destroy = true
  }

  tags = { Environment = var.environment }
}

# The relay takes the `pending` mark off a copied commit, hence UpdateItem; its sweep looks at every key, hence Scan. Nothing may delete an event.
data "aws_iam_policy_document" "append" {
  for_each = local.tables

  statement {
    sid       = "AppendAndRead"
    actions   = ["dynamodb:PutItem", "dynamodb:GetItem", "dynamodb:Query", "dynamodb:UpdateItem", "dynamodb:Scan"]
    resources = [aws_dynamodb_table.event_store[each.key].arn]
  }

  statement {
    sid       = "FindPending"
    actions   = ["dynamodb:Query"]
    resources = [for index in each.value.indexes : "${aws_dynamodb_table.event_store[each.key].arn}/index/${index.name}"]
  }
}

resource "aws_iam_policy" "append" {
  for_each = local.tables

  name   = "${var.environment}-${each.key}-append"
  policy = data.aws_iam_policy_document.append[each.key].json
}

output "table_arns" {
  description = "Table name to ARN"
  value       = { for name, table in aws_dynamodb_table.event_store : name => table.arn }
}

output "append_policy_arns" {
  description = "Table name to the policy of the service that owns it"
  value       = { for name, policy in aws_iam_policy.append : name => policy.arn }
}

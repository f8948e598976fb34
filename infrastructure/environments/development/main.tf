terraform {
  required_version = ">= 1.6.0"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.0"
    }
  }

  # Bucket, key and region come from `terraform init -backend-config`.
  backend "s3" {}
}

variable "region" {
  description = "AWS region"
  type        = string
}

variable "alarm_topic_arns" {
  description = "Who hears that messages are stuck in a dead letter queue"
  type        = list(string)
  default     = []
}

locals {
  environment = "development"
}

provider "aws" {
  region = var.region
}

module "event_routing" {
  source = "../../modules/event-routing"

  catalogue_file = "${path.module}/../../events/events.json"
}

module "event_bridge" {
  source = "../../modules/shared/event-bridge"

  environment   = local.environment
  bus           = module.event_routing.bus
  rules         = module.event_routing.rules
  archive       = module.event_routing.archive
  event_sources = module.event_routing.event_sources
  queue_arns    = module.queues.queue_arns
}

module "queues" {
  source = "../../modules/shared/queues"

  environment      = local.environment
  queues           = module.event_routing.queues
  rule_targets     = { for name, rule in module.event_routing.rules : name => rule.target }
  rule_arns        = module.event_bridge.rule_arns
  alarm_topic_arns = var.alarm_topic_arns
}

module "event_store" {
  source = "../../modules/shared/event-store"

  environment = local.environment
  tables_file = "${path.module}/../../events/tables.json"
}

# Reads the catalogue that the contracts generate. No provider: it can be validated and tested without a network.

terraform {
  required_version = ">= 1.6.0"
}

variable "catalogue_file" {
  description = "Path of the generated events.json"
  type        = string
}

locals {
  catalogue = jsondecode(file(var.catalogue_file))

  # Two entries of one name would silently become one; grouping keeps both, and the checks below refuse them.
  rules_by_name  = { for rule in local.catalogue.rules : rule.name => rule... }
  queues_by_name = { for queue in local.catalogue.queues : queue.name => queue... }

  rules  = { for name, same in local.rules_by_name : name => same[0] }
  queues = { for name, same in local.queues_by_name : name => same[0] }
}

check "names_are_unique" {
  assert {
    condition     = length(local.rules) == length(local.catalogue.rules) && length(local.queues) == length(local.catalogue.queues)
    error_message = "Two rules or two queues of the catalogue share a name."
  }
}

check "targets_exist" {
  assert {
    condition     = alltrue([for rule in local.catalogue.rules : try(local.queues[rule.target].dlq == rule.dlq, false)])
    error_message = "A rule targets a queue that the catalogue does not have, or another dead letter queue than that of its target."
  }
}

check "sources_own_their_events" {
  assert {
    condition = alltrue(flatten([
      for rule in local.catalogue.rules : [
        for source in rule.pattern.source : [
          for event in rule.pattern["detail-type"] : contains(try(local.catalogue.eventSources[source], []), event)
        ]
      ]
    ]))
    error_message = "A rule waits for an event that its source does not publish."
  }
}

check "retries_are_explicit" {
  assert {
    condition = alltrue([
      for rule in local.catalogue.rules : try(rule.retry.maximumRetryAttempts >= 1 && rule.retry.maximumEventAgeInSeconds >= 60, false)
    ])
    error_message = "A rule has no retry policy."
  }
}

variable "environment" {
  description = "Name of the environment, for tags and names of policies"
  type        = string
}

variable "queues" {
  description = "Queues of module event-routing"
  type        = map(object({ name = string, dlq = string, maxReceiveCount = number, visibilityTimeout = number }))
}

variable "rule_targets" {
  description = "Rule name to the queue it delivers to"
  type        = map(string)
}

variable "rule_arns" {
  description = "Rule name to ARN"
  type        = map(string)
}

variable "alarm_topic_arns" {
  description = "Who hears that messages are stuck in a dead letter queue"
  type        = list(string)
}

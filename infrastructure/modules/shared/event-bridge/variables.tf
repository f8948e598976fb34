variable "environment" {
  description = "Name of the environment, for tags"
  type        = string
}

variable "bus" {
  description = "Name of the event bus"
  type        = string
}

# `any`, because the patterns of the rules differ in shape.
variable "rules" {
  description = "Rules of module event-routing"
  type        = any
}

variable "archive" {
  description = "Archive of module event-routing"
  type        = object({ name = string, retentionDays = number })
}

variable "event_sources" {
  description = "Service to the events it alone may publish"
  type        = map(list(string))
}

variable "queue_arns" {
  description = "Queue name to ARN, dead letter queues included"
  type        = map(string)
}

run "the_catalogue_is_sound" {
  command = plan

  variables {
    catalogue_file = "../../events/events.json"
  }

  assert {
    condition     = output.bus == "edtech-event-bus"
    error_message = "The bus has another name than the guide gives it."
  }

  assert {
    condition     = jsondecode(output.patterns["role-changed-to-tutor-service"])["detail-type"] == ["user.role_changed"]
    error_message = "Role changes do not reach the tutor service."
  }

  assert {
    condition     = length(output.rules) == length(jsondecode(file("../../events/events.json")).rules)
    error_message = "A rule of the catalogue is lost."
  }
}

run "a_broken_catalogue_is_refused" {
  command = plan

  variables {
    catalogue_file = "./tests/broken-catalogue.json"
  }

  expect_failures = [
    check.names_are_unique,
    check.targets_exist,
    check.sources_own_their_events,
    check.retries_are_explicit,
  ]
}

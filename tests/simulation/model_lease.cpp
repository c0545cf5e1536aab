#include "simulation/model_lease.h"

namespace simulation {

edge::operation::lease::result model_lease::take(const edge::operation::lease& step, edge::timestamp now) {
  lease& at = all_[step.name];
  if (at.kept_until <= now) {
    at = {};
  }
  bool is_new = at.kept_until <= now || at.told.value == step.request;
  if (step.step == "acquire" && is_new) {
    at = {.told = {.holder = {}, .request = step.request, .note = step.text, .value = {}},
          .held_until = {},
          .kept_until = {}};
  }
  bool is_holder = at.told.holder == step.holder;
  if (step.step == "acquire") {
    bool is_free = is_holder || at.held_until <= now;
    if (is_free && at.told.value.empty() && at.told.request == step.request) {
      at.told.holder = step.holder;
      at.held_until = now + step.held;
      at.kept_until = now + step.kept;
    }
  } else if (is_holder && step.step == "complete") {
    at.told.value = step.text;
    at.kept_until = now + step.kept;
  } else if (is_holder && step.step == "release") {
    at.held_until = {};
  }
  return at.told;
}

} // namespace simulation

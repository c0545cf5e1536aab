#include "simulation/model_lease.h"

namespace simulation {

edge::operation::lease::result model_lease::take(const edge::operation::lease& step, edge::timestamp now) {
  lease& at = all_[step.name];
  if (at.kept_until <= now) {
    at = {};
    if (step.step == "acquire")
      at = {.told = {.holder = {}, .request = step.request, .note = step.text, .value = {}},
            .held_until = {},
            .kept_until = now + step.kept};
  }
  bool is_holder = at.told.holder == step.holder;
  if (step.step == "acquire") {
    bool is_free = is_holder || at.held_until <= now;
    if (is_free && at.told.value.empty() && at.told.request == step.request) {
      at.told.holder = step.holder;
      at.held_until = now + step.held;
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

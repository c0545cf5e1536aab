#include "simulation/model_lease.h"

namespace simulation {

// The alarm at its end deletes it.
void model_lease::keep(lease& what, edge::timestamp until, edge::timestamp now) {
  rows_ += what.kept_until == until ? 0 : 1;
  if (what.kept_until <= now) {
    ++rows_;
    ++alarms_;
  }
  what.kept_until = until;
}

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
      keep(at, now + step.kept, now);
      ++rows_;
    }
  } else if (is_holder && step.step == "complete") {
    at.told.value = step.text;
    keep(at, now + step.kept, now);
    ++rows_;
  } else if (is_holder && step.step == "release") {
    at.held_until = {};
    ++rows_;
  }
  return at.told;
}

} // namespace simulation

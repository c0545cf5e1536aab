// What the facts of our own say of a stream: the fold of its changes.
#pragma once

#include "streams/broadcast_state.h"
#include "streams/change.h"
#include "streams/management.h"

namespace streams {

struct own_facts {
  management asked;           // what was asked of it, or done
  broadcast_state broadcasts; // that somebody published to it

  void fold(const change& known) {
    asked.fold(known);
    broadcasts.fold(known);
  }
};

} // namespace streams

// Which stream a creation makes, where that was settled before it began: see creation_turn.h.
#pragma once

#include <string>

namespace streams {

struct stream_identity {
  std::string id;
  // Somebody who died may have made some of it: what carries its tag is looked for before more is made.
  bool begun_before = false;
  // Others may be making it at this very moment, and nobody can tell: nothing is cleared away, for it may be
  // theirs. The intent stays, and reconcile clears away what the record does not name.
  bool shared = false;
};

} // namespace streams

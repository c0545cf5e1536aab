// All stores of one request, with one deadline.
#pragma once

#include "streams/store/fact_store.h"
#include "streams/store/invite_store.h"
#include "streams/store/kv.h"
#include "streams/store/memorial_store.h"
#include "streams/store/stream_store.h"
#include "streams/store/work_queue.h"

namespace streams {

struct store {
  store(edge::host& host, edge::timestamp deadline) : kv{host, deadline} {}

  streams::kv kv;
  stream_store streams{kv};
  fact_store facts{kv};
  invite_store invites{kv};
  memorial_store memorials{kv};
  work_queue work{kv};
};

} // namespace streams

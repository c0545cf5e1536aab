// SDP offers to the relay, from publishers and viewers.
#include "offer.h"
#include "target.h"

#include <string>

void fuzz::run(std::string_view input) {
  for (const relay::flow wanted : {relay::flow::sends, relay::flow::receives}) {
    const auto read = relay::read_offer(input, wanted);
    const auto twice = relay::read_offer(input, wanted);
    require(read.has_value() == twice.has_value());
    if (!read) {
      require(read.error().status == 400 || read.error().status == 422);
      require(read.error().status == twice.error().status && !read.error().detail.empty());
      continue;
    }
    require(!read->media.empty() && read->media.size() <= 2);
    require(wanted == relay::flow::receives || read->find(relay::media_kind::video) != nullptr);
    require(read->ufrag.size() >= 4 && read->password.size() >= 22);
  }
}

// The tokens that one viewer of a private stream plays it with. What is public is played by its ids alone,
// and an empty pass is for that.
#pragma once

#include "edge/error.h"
#include "edge/host.h"
#include "edge/task.h"
#include "streams/viewing_keys.h"

#include <chrono>
#include <expected>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace streams {

class viewing_pass {
public:
  // Both providers look at a token again and again while somebody plays, so it has to outlive the event; and
  // an address that was passed on is to be dead soon after.
  static constexpr std::chrono::hours lifetime{6};

  // Signs for a live input or a video at Cloudflare, and for a playback id at Mux. Fail with unavailable
  // where the key is none that the platform can sign with.
  edge::task<std::expected<void, edge::error>> admit_at_cloudflare(edge::host& host, const viewing_keys& with,
                                                                   std::string id);
  edge::task<std::expected<void, edge::error>> admit_at_mux(edge::host& host, const viewing_keys& with,
                                                            std::string playback_id);

  // The token that stands in an address at Cloudflare for the live input or the video, where this has one.
  std::optional<std::string_view> at_cloudflare(std::string_view id) const { return find(cloudflare_, id); }
  // What comes with an address at Mux: a token, or an empty text.
  std::string_view video_at_mux(std::string_view playback_id) const {
    return find(mux_videos_, playback_id).value_or("");
  }
  std::string_view thumbnail_at_mux(std::string_view playback_id) const {
    return find(mux_thumbnails_, playback_id).value_or("");
  }

private:
  using tokens = std::map<std::string, std::string, std::less<>>; // by what they are for

  static std::optional<std::string_view> find(const tokens& in, std::string_view id);

  tokens cloudflare_;
  tokens mux_videos_;
  tokens mux_thumbnails_;
};

} // namespace streams

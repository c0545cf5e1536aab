// What the tokens for private streams are signed with, at both providers.
#pragma once

#include "cloudflare/playback.h"
#include "edge/environment.h"
#include "edge/error.h"
#include "edge/host.h"
#include "edge/task.h"
#include "mux/playback.h"
#include "streams/model/recording.h"
#include "streams/model/stream.h"

#include <chrono>
#include <expected>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace streams {

struct playback_keys {
  cloudflare::playback_signing cloudflare;
  mux::playback_signing mux;

  // The names of the settings that are missing or not of their form, where there are any.
  static std::expected<playback_keys, std::vector<std::string>> read(const edge::environment& from);
};

// The tokens that one viewer of a private stream plays it with. What is public is played by its ids alone,
// and an empty pass is for that.

class playback_tokens {
public:
  // Both providers look at a token again and again while somebody plays, so it has to outlive the event; and
  // an address that was passed on is to be dead soon after.
  static constexpr std::chrono::hours lifetime{6};

  // Signs for a live input or a video at Cloudflare, and for a playback id at Mux. Fail with unavailable
  // where the key is none that the platform can sign with.
  edge::task<edge::status> admit_at_cloudflare(edge::host& host, const playback_keys& with, std::string id);
  edge::task<edge::status> admit_at_mux(edge::host& host, const playback_keys& with, std::string playback_id);

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

// Where what a stream has is played, by whoever holds a pass to it.

class playback_addresses {
public:
  // An empty pass is for what is public. `input` is nothing where the stream has no side at Cloudflare.
  playback_addresses(std::optional<cloudflare_side> input, mux::playback_urls at_mux,
                     playback_tokens pass = {})
      : input_(std::move(input)), at_mux_(std::move(at_mux)), pass_(std::move(pass)) {}

  // Of a recording that can be played. Mux has no DASH and no player of its own.
  std::string hls(const recording& what) const;
  std::optional<std::string> dash(const recording& what) const;
  std::optional<std::string> player(const recording& what) const;
  std::optional<std::string> thumbnail(const recording& what) const;

  // Of a playback id at Mux.
  std::string hls_at_mux(std::string_view playback_id) const;
  std::string thumbnail_at_mux(std::string_view playback_id) const;

  // The same for what is at Cloudflare: the live input, and what its addresses have in the place of an id.
  const std::optional<cloudflare_side>& input() const { return input_; }
  std::string_view name_at_cloudflare(std::string_view id) const {
    return pass_.at_cloudflare(id).value_or(id);
  }

private:
  std::optional<cloudflare_side> input_;
  mux::playback_urls at_mux_;
  playback_tokens pass_;
};

} // namespace streams

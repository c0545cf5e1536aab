// Where what a stream has is played, by whoever holds a pass to it.
#pragma once

#include "mux/playback_urls.h"
#include "streams/recording.h"
#include "streams/stream_record.h"
#include "streams/viewing_pass.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace streams {

class viewing_addresses {
public:
  // An empty pass is for what is public. `input` is nothing where the stream has no side at Cloudflare.
  viewing_addresses(std::optional<cloudflare_side> input, mux::playback_urls at_mux, viewing_pass pass = {})
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
  viewing_pass pass_;
};

} // namespace streams

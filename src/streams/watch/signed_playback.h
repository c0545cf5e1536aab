// Playback of private streams: the signing keys, the tokens of one viewer, and the addresses with them.
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

  // Fails with the names of missing or malformed settings.
  static std::expected<playback_keys, std::vector<std::string>> read(const edge::environment& from);
};

// A token that lets its holder download the MP4 of a video at Cloudflare for some hours.
edge::task<edge::outcome<std::string>> sign_download(edge::host& host, const playback_keys& with,
                                                     std::string_view id);
// The URL of that MP4 with the token in the place of the video's id.
std::string with_token(std::string url, std::string_view id, std::string_view token);

// The tokens of one viewer of a private stream. Public streams play without tokens.
class playback_tokens {
public:
  // Both providers check a token throughout playback, so it must outlive the event. A leaked address should
  // expire soon after.
  static constexpr std::chrono::hours lifetime{6};

  // Sign for a live input or a video at Cloudflare, and for a playback id at Mux. Fail with unavailable if
  // the platform cannot sign with the key.
  // `file`: for the MP4 of the video, which at Mux the token of the playback id opens.
  edge::task<edge::status> sign_at_cloudflare(edge::host& host, const playback_keys& with, std::string id,
                                              bool file = false);
  // `live`: for the playback id of a live stream, whose thumbnail is the latest.
  edge::task<edge::status> sign_at_mux(edge::host& host, const playback_keys& with, std::string playback_id,
                                       bool live = false);

  // The token that replaces the id of the live input or the video in an address at Cloudflare, if there is
  // one.
  [[nodiscard]] std::optional<std::string_view> at_cloudflare(std::string_view id) const {
    return find(cloudflare_, id);
  }
  [[nodiscard]] std::optional<std::string_view> file_at_cloudflare(std::string_view id) const {
    return find(cloudflare_files_, id);
  }
  // The token for an address at Mux; may be empty.
  [[nodiscard]] std::string_view video_at_mux(std::string_view playback_id) const {
    return find(mux_videos_, playback_id).value_or("");
  }
  [[nodiscard]] std::string_view thumbnail_at_mux(std::string_view playback_id) const {
    return find(mux_thumbnails_, playback_id).value_or("");
  }

private:
  using tokens = std::map<std::string, std::string, std::less<>>; // by id

  static std::optional<std::string_view> find(const tokens& in, std::string_view id);

  tokens cloudflare_;
  tokens cloudflare_files_;
  tokens mux_videos_;
  tokens mux_thumbnails_;
};

// Where a stream's recordings and live playback ids play, with the viewer's tokens.
class playback_addresses {
public:
  // `input` is nullopt for a stream without a live input. `files` says whether the viewer may download.
  playback_addresses(std::optional<cloudflare_side> input, mux::playback_urls at_mux,
                     playback_tokens viewer = {}, bool files = false)
      : input_(std::move(input)), at_mux_(std::move(at_mux)), tokens_(std::move(viewer)), files_(files) {}

  // Of a playable recording. Mux has no DASH and no player.
  [[nodiscard]] std::string hls(const recording& what) const;
  [[nodiscard]] std::optional<std::string> dash(const recording& what) const;
  [[nodiscard]] std::optional<std::string> player(const recording& what) const;
  [[nodiscard]] std::optional<std::string> thumbnail(const recording& what) const;

  // Of its MP4; nullopt unless it was made and the viewer may download it.
  [[nodiscard]] std::optional<std::string> file(const recording& what) const;

  // Of a playback id at Mux. The latest thumbnail is of a live stream that is active.
  [[nodiscard]] std::string hls_at_mux(std::string_view playback_id) const;
  [[nodiscard]] std::string latest_thumbnail_at_mux(std::string_view playback_id) const;

  // The live input, and what addresses at Cloudflare have in place of an id.
  [[nodiscard]] const std::optional<cloudflare_side>& input() const { return input_; }
  [[nodiscard]] std::string_view name_at_cloudflare(std::string_view id) const {
    return tokens_.at_cloudflare(id).value_or(id);
  }

private:
  std::optional<cloudflare_side> input_;
  mux::playback_urls at_mux_;
  playback_tokens tokens_;
  bool files_;
};

} // namespace streams

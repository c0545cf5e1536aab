// The MP4 of a recording, made on demand by its provider.
#include "api/auth/access.h"
#include "api/http/json_answer.h"
#include "api/http/problems.h"
#include "api/routes/change.h"
#include "api/routes/recordings.h"
#include "cloudflare/api.h"
#include "mux/api.h"
#include "mux/playback.h"
#include "streams/watch/playback_view.h"

#include <algorithm>

namespace api {

namespace {

using mux::file_state;
using streams::recording;
using streams::recording_source;

constexpr std::string_view mp4_not_complete =
    "The recording is not complete. Ask again once its state is ready.";
constexpr std::string_view mp4_too_long =
    "Cloudflare makes no MP4 of a live recording of four hours or more. Download the one at Mux, if there is "
    "one.";
constexpr std::string_view mp4_without_mux = "This deployment has no access to Mux any more.";
constexpr std::string_view mp4_not_made = "There is no MP4 of the recording. Have it made.";
constexpr std::string_view mp4_refused =
    "The provider makes no MP4 of this recording. Download the one at the other provider, if there is one.";
constexpr std::string_view mp4_failed = "The provider could not make the MP4. Download the one at the "
                                        "other provider, if there is one.";

// What is known of the file.
struct told_file {
  file_state state = file_state::none;
  std::string_view reason = {};
  std::optional<std::int64_t> percent = std::nullopt;
  std::string file = {}; // ready: as in a recording
};

std::string_view name_of(file_state state) {
  switch (state) {
  case file_state::none: return "unavailable";
  case file_state::preparing: return "preparing";
  case file_state::ready: return "ready";
  case file_state::errored: return "failed";
  }
  __builtin_trap();
}

// Without asking the provider. Nothing if it must be asked.
std::optional<told_file> known_file(const recording& of, const streams::settings& with) {
  if (of.is_too_long_for_mp4()) {
    return told_file{.reason = mp4_too_long};
  }
  if (!of.can_be_played()) {
    return told_file{.reason = mp4_not_complete};
  }
  if (of.file) {
    return told_file{.state = file_state::ready, .percent = 100};
  }
  if (of.source == recording_source::mux && !with.mux) {
    return told_file{.reason = mp4_without_mux};
  }
  return std::nullopt;
}

// One call of the provider: has it make the file, or asks about it.
edge::task<edge::outcome<told_file>> ask_provider(edge::context& request, const streams::settings& with,
                                                  const recording& of, bool make) {
  const edge::timestamp deadline = request.host.now() + stream_budget;
  told_file told{.state = file_state::preparing};
  if (of.source == recording_source::cloudflare) {
    cloudflare::api api{request.host, with.cloudflare, deadline};
    const auto file = co_await (make ? api.create_download(of.id) : api.get_download(of.id));
    told.percent = file.percent;
    told.file = file.url;
    if (file.has_failed) {
      told.state = file_state::errored;
    } else if (!file.url.empty()) {
      told.state = file_state::ready;
    }
  } else {
    // NOLINTNEXTLINE(bugprone-unchecked-optional-access): see known_file
    mux::api api{request.host, *with.mux, deadline};
    told.file = mux::mp4_name;
    if (make) {
      co_await api.make_mp4(of.id);
    } else {
      told.state = (co_await api.get_asset(of.id)).mp4;
      if (told.state == file_state::ready) {
        told.percent = 100;
      }
    }
  }
  if (told.state == file_state::errored) {
    told.reason = mp4_failed;
  } else if (told.state == file_state::none) {
    told.reason = mp4_not_made;
  }
  co_return told;
}

edge::task<edge::result<>> tell_of_file(edge::context& request, bool make) {
  stream_access stream = co_await access::require(request, right::manage);
  const recording* wanted = recording_of(stream.record, request.parameters.back());
  if (!wanted) {
    co_return refuse(no_such_recording);
  }
  auto told = known_file(*wanted, stream.settings);
  if (!told) {
    auto answer = co_await attempt(ask_provider(request, stream.settings, *wanted, make));
    if (!answer && answer.error().kind != edge::error_kind::rejected && !is_not_found(answer)) {
      co_return refuse(provider_failed(could_not(answer.error())));
    }
    told = answer ? *std::move(answer) : told_file{.reason = make ? mp4_refused : mp4_not_made};
    if (told->state == file_state::ready) {
      const streams::made_file made{
          .source = wanted->source, .recording_id = wanted->id, .file = std::move(told->file)};
      co_await begin_change(request, stream.record, {streams::change::of(made, request.host.now())});
      // What was read for the change may say that somebody has deleted it.
      wanted = recording_of(stream.record, request.parameters.back());
      if (!wanted) {
        co_return refuse(no_such_recording);
      }
    }
  }
  json::object view;
  view.set("state", name_of(told->state)).set("percent", told->percent);
  if (told->state == file_state::ready) {
    if (stream.is_private()) {
      stream.keys =
          co_await streams::playback_keys::read(request.host.settings()).transform_error(not_configured);
    }
    streams::broadcast only;
    only.recordings.push_back(*wanted);
    const streams::watched_stream watched{stream.settings, stream.record, stream.keys};
    const auto at =
        co_await attempt(streams::addresses_of_recordings(request.host, watched, {&only, 1}, true));
    if (!at) {
      co_return refuse(cannot_sign);
    }
    view.set("url", at->file(*wanted));
  } else {
    view.set("url", nullptr);
  }
  view.set("reason", told->reason.empty() ? std::nullopt : std::optional{told->reason});
  co_return json_answer(200, view);
}

} // namespace

// POST /api/streams/{id}/recordings/{recording}/download, for owners and admins: has the provider make an
// MP4, which it makes once. GET says how far it is. Both answer 200 {state, percent, url, reason}: preparing,
// ready, failed or unavailable. That a file is ready is stored; until then each request is one call of the
// provider. Fails with 404 for an unknown recording, and with 502 and 503.
edge::task<edge::result<>> create_download(edge::context& request) { return tell_of_file(request, true); }
edge::task<edge::result<>> get_download(edge::context& request) { return tell_of_file(request, false); }

} // namespace api

// The captions of a recording, made by its provider on request. The provider knows how far they are, and its
// playlists have them; nothing is stored here.
#include "api/auth/access.h"
#include "api/http/json_answer.h"
#include "api/http/json_body.h"
#include "api/http/problems.h"
#include "api/routes/recordings.h"
#include "cloudflare/api.h"
#include "mux/api.h"

#include <algorithm>
#include <array>
#include <utility>

namespace api {

namespace {

using providers::captions;
using providers::captions_state;
using streams::recording;
using streams::recording_source;

// What both providers understand, and its name in the menu of a player (Mux documentation, "Add
// auto-generated captions"; Cloudflare Stream documentation, "Add captions").
using language = std::pair<std::string_view, std::string_view>;
constexpr std::array<language, 10> languages{{{"cs", "Čeština"},
                                              {"de", "Deutsch"},
                                              {"en", "English"},
                                              {"es", "Español"},
                                              {"fr", "Français"},
                                              {"it", "Italiano"},
                                              {"nl", "Nederlands"},
                                              {"pl", "Polski"},
                                              {"pt", "Português"},
                                              {"ru", "Русский"}}};

constexpr edge::problem_type captions_refused{
    .status = 409,
    .type = "captions-refused",
    .title = "The provider makes no captions of this recording",
    .detail = "It has no sound, or its provider does not take it. Try the one at the other provider."};

std::string_view name_of(captions_state state) {
  switch (state) {
  case captions_state::making: return "making";
  case captions_state::ready: return "ready";
  case captions_state::failed: return "failed";
  }
  __builtin_trap();
}

// What the provider knows of a recording's captions, and has it make them.
class captioned {
public:
  captioned(edge::context& request, const streams::settings& with, const recording& of)
      : of_(of), cloudflare_(request.host, with.cloudflare, request.host.now() + stream_budget) {
    if (with.mux) {
      mux_.emplace(request.host, *with.mux, request.host.now() + stream_budget);
    }
  }

  // One call.
  edge::task<edge::status> look() {
    if (!mux_ || of_.source == recording_source::cloudflare) {
      known_ = co_await cloudflare_.list_captions(of_.id);
    } else {
      mux::asset read = co_await mux_->get_asset(of_.id);
      known_ = std::move(read.captions);
      track_ = std::move(read.audio_track);
    }
    co_return {};
  }

  // One call more, unless they exist or are made already.
  edge::task<edge::status> make(const language& in) {
    const auto before = std::ranges::find(known_, in.first, &captions::language);
    if (before != known_.end() && before->state != captions_state::failed) {
      co_return {};
    }
    if (!mux_ || of_.source == recording_source::cloudflare) {
      co_await cloudflare_.generate_captions(of_.id, in.first);
    } else if (track_.empty()) {
      co_return std::unexpected(edge::error{edge::error_kind::rejected, "make captions without sound"});
    } else {
      co_await mux_->generate_captions(of_.id, track_, in.first, in.second);
    }
    if (before != known_.end()) {
      known_.erase(before);
    }
    known_.push_back(
        {.language = std::string{in.first}, .name = std::string{in.second}, .state = captions_state::making});
    co_return {};
  }

  [[nodiscard]] json::object view() const {
    json::array all;
    for (const captions& each : known_) {
      all.add(json::object()
                  .set("language", each.language)
                  .set("name", each.name)
                  .set("state", name_of(each.state)));
    }
    return json::object().set("captions", std::move(all));
  }

private:
  const recording& of_;
  cloudflare::api cloudflare_;
  std::optional<mux::api> mux_;
  std::vector<captions> known_;
  std::string track_;
};

edge::task<edge::result<>> tell_of_captions(edge::context& request, bool make) {
  const stream_access stream = co_await access::require(request, right::manage);
  const recording* of = recording_of(stream.record, request.parameters.back());
  if (!of) {
    co_return refuse(no_such_recording);
  }
  if (!of->can_be_played()) {
    co_return refuse(recording_not_complete);
  }
  if (of->source == recording_source::mux && !stream.settings.mux) {
    co_return refuse(not_configured({"MUX_TOKEN_ID", "MUX_TOKEN_SECRET"}));
  }
  std::optional<language> wanted;
  if (make) {
    const json::document body = co_await read_json(request);
    json_fields fields{body};
    const std::string given = fields.required_text("language", 8);
    const auto found = std::ranges::find(languages, given, &language::first);
    if (found == languages.end()) {
      fields.must("language", "be cs, de, en, es, fr, it, nl, pl, pt or ru");
    }
    co_await fields.check();
    wanted = *found;
  }
  captioned recorded{request, stream.settings, *of};
  auto done = co_await attempt(recorded.look());
  if (done && wanted) {
    done = co_await attempt(recorded.make(*wanted));
  }
  if (is_not_found(done)) {
    co_return refuse(no_such_recording);
  }
  if (!done && done.error().kind == edge::error_kind::rejected) {
    co_return refuse(captions_refused);
  }
  if (!done) {
    co_return refuse(provider_failed(could_not(done.error())));
  }
  co_return json_answer(200, recorded.view());
}

} // namespace

// POST /api/streams/{id}/recordings/{recording}/captions: {language}, for owners and admins: has its provider
// make captions of its sound, once for each language. GET tells how far they are. Both answer 200 {captions
// [{language, name, state}]}: making, ready or failed. A 409 before the recording is complete, and for one of
// which the provider makes none.
edge::task<edge::result<>> create_captions(edge::context& request) { return tell_of_captions(request, true); }
edge::task<edge::result<>> get_captions(edge::context& request) { return tell_of_captions(request, false); }

} // namespace api

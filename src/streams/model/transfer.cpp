#include "streams/model/transfer.h"

#include "cloudflare/error_codes.h"
#include "providers/fields.h"
#include "providers/stored_time.h"
#include "streams/model/names.h"

#include <algorithm>
#include <array>
#include <tuple>

namespace streams {

namespace {

constexpr names<transfer_state, 6> transfer_state_names{{{transfer_state::begun, "begun"},
                                                         {transfer_state::uploading, "uploading"},
                                                         {transfer_state::processing, "processing"},
                                                         {transfer_state::ready, "ready"},
                                                         {transfer_state::failed, "failed"},
                                                         {transfer_state::gone, "gone"}}};

constexpr std::array<providers::word<std::string_view>, 7> copy_failures{
    {{too_long_to_copy,
      "Cloudflare makes no file of a live recording of four hours or more, so it cannot be "
      "copied to Mux. Download it in parts from the player, or upload the copy of the phone"},
     {nothing_to_copy, "The recording that was to be copied or trimmed is not there any more"},
     {clip_was_refused, "The provider does not trim this recording: trim the one at the other provider"},
     {copy_was_refused,
      "The provider does not take the copy: look at the storage and the limits of its account"},
     {no_file, "The provider could not make a file of its recording"},
     {took_too_long, "It was not finished within a week: look at the provider's status page"},
     {no_signing_keys,
      "The recording is private, and this deployment has no keys to sign its address with"}}};

json::object part_view(const recording_part& of) {
  json::object view;
  view.set("of", of.of)
      .set("from", of.from.count())
      .set_if("to", of.to.transform([](std::chrono::seconds end) { return end.count(); }));
  return view;
}

std::optional<recording_part> part_in(const json::value& from) {
  const auto of = from["of"].text();
  const auto begin = from["from"].integer();
  if (!of || !begin) {
    return std::nullopt;
  }
  return recording_part{
      .of = std::string{*of},
      .from = std::chrono::seconds{*begin},
      .to = from["to"].integer().transform([](std::int64_t end) { return std::chrono::seconds{end}; })};
}

auto place_of(const latest<transfer>& which) { return std::tie(which.value().to, which.value().of); }

} // namespace

std::string_view name_of(transfer_state state) { return name_in(transfer_state_names, state); }

json::object transfer::to_json() const {
  const auto given = [](const std::string& text) {
    return text.empty() ? std::nullopt : std::optional{text};
  };
  json::object view;
  view.set("to", name_of(to))
      .set("origin", name_of(origin))
      .set("of", of)
      .set("state", name_of(state))
      .set_if("id", given(id))
      .set("begun", edge::to_microseconds(begun))
      .set("duration", duration.count())
      .set_if("until",
              until == edge::timestamp{} ? std::nullopt : std::optional{edge::to_microseconds(until)})
      .set_if("percent", percent)
      .set_if("playback", given(playback))
      .set_if("reason", given(reason))
      .set_if("part", part.transform(part_view));
  return view;
}

std::optional<transfer> transfer::from_json(const json::value& from) {
  const auto to = recording_source_named(from["to"].text());
  const auto origin = recording_origin_named(from["origin"].text());
  const auto of = from["of"].text();
  const auto state = named_in(transfer_state_names, from["state"].text());
  if (!to || !origin || !of || !state) {
    return std::nullopt;
  }
  return transfer{.to = *to,
                  .origin = *origin,
                  .of = std::string{*of},
                  .state = *state,
                  .id = from["id"].text_or_empty(),
                  .begun = providers::stored_time(from["begun"]).value_or(edge::timestamp{}),
                  .duration = edge::milliseconds{from["duration"].integer().value_or(0)},
                  .until = providers::stored_time(from["until"]).value_or(edge::timestamp{}),
                  .percent = from["percent"].integer(),
                  .playback = from["playback"].text_or_empty(),
                  .reason = from["reason"].text_or_empty(),
                  .part = part_in(from["part"])};
}

void transfer::tell(recording& made, edge::timestamp at) const {
  made.origin = origin;
  made.begun = std::min(made.begun, begun);
  switch (state) {
  case transfer_state::ready:
    made.end.join(at, recording_state::ready);
    made.duration.join(at, duration);
    made.playback.join(at, playback);
    break;
  case transfer_state::failed:
    made.end.join(at, recording_state::failed);
    made.reason.join(at, reason);
    break;
  case transfer_state::gone: made.end.join(at, recording_state::deleted); break;
  case transfer_state::begun:
  case transfer_state::uploading:
  case transfer_state::processing: break;
  }
}

void transfers::join(const latest<transfer>& said) {
  const auto place = std::ranges::lower_bound(all_, place_of(said), {},
                                              [](const latest<transfer>& each) { return place_of(each); });
  if (place == all_.end() || place_of(*place) != place_of(said)) {
    all_.insert(place, said);
  } else {
    place->join(said);
  }
}

const latest<transfer>* transfers::find(recording_source to, std::string_view of) const {
  const auto found = std::ranges::find_if(
      all_, [&](const latest<transfer>& each) { return each.value().to == to && each.value().of == of; });
  return found == all_.end() ? nullptr : &*found;
}

const transfer* transfers::maker_of(const recording& made) const {
  const auto found = std::ranges::find_if(all_, [&](const latest<transfer>& each) {
    return each.value().to == made.source && each.value().id == made.id;
  });
  return found == all_.end() ? nullptr : &found->value();
}

std::string describe_failure(const transfer& failed) {
  if (const auto known =
          providers::meaning_of(std::optional<std::string_view>{failed.reason}, copy_failures)) {
    return std::string{*known} + '.';
  }
  return failed.to == recording_source::cloudflare
             ? cloudflare::describe_video_error(failed.reason)
             : "Mux could not make the recording of the file (" + failed.reason + ").";
}

} // namespace streams

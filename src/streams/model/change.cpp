#include "streams/model/change.h"

#include "json/number.h"
#include "json/reader.h"
#include "json/writer.h"
#include "providers/metadata.h"
#include "providers/stored_time.h"
#include "streams/model/names.h"
#include "streams/model/stream_id.h"

#include <utility>

namespace streams {

namespace {

constexpr names<change_kind, 23> kind_names{{{change_kind::renamed, "renamed"},
                                             {change_kind::ended, "ended"},
                                             {change_kind::simulcast_set, "simulcast"},
                                             {change_kind::closed, "closed"},
                                             {change_kind::rotated, "rotated"},
                                             {change_kind::deleted, "deleted"},
                                             {change_kind::recordings_deleted, "recordingsdeleted"},
                                             {change_kind::recordings_checked, "checked"},
                                             {change_kind::backup_attached, "backup"},
                                             {change_kind::publishing_begun, "begun"},
                                             {change_kind::publishing_ended, "gone"},
                                             {change_kind::stopped, "stopped"},
                                             {change_kind::visibility_set, "visibility"},
                                             {change_kind::invited, "invited"},
                                             {change_kind::invite_cancelled, "uninvited"},
                                             {change_kind::transferred, "transfer"},
                                             {change_kind::file_made, "file"},
                                             {change_kind::downloads_set, "downloads"},
                                             {change_kind::scheduled, "scheduled"},
                                             {change_kind::described, "described"},
                                             {change_kind::covered, "cover"},
                                             {change_kind::told, "told"},
                                             {change_kind::recording_removed, "removed"}}};

std::optional<made_file> file_in(const json::value& from) {
  const auto source = recording_source_named(from["source"].text());
  const auto id = from["id"].text();
  const auto file = from["file"].text();
  if (!source || !id || !file) {
    return std::nullopt;
  }
  return made_file{.source = *source, .recording_id = std::string{*id}, .file = std::string{*file}};
}

std::optional<removed_recording> removed_in(const json::value& from) {
  const auto source = recording_source_named(from["source"].text());
  const auto id = from["id"].text();
  if (!source || !id) {
    return std::nullopt;
  }
  return removed_recording{
      .source = *source, .recording_id = std::string{*id}, .is_done = from["done"].boolean().value_or(false)};
}

bool is_of_session(change_kind kind) {
  return kind == change_kind::publishing_begun || kind == change_kind::publishing_ended;
}

} // namespace

std::string_view name_of(change_kind kind) { return name_in(kind_names, kind); }

change change::only(change_kind kind, edge::timestamp at) {
  return {.id = std::string{name_of(kind)}, .kind = kind, .at = at};
}

change change::of(const transfer& what, edge::timestamp at) {
  const auto kind = change_kind::transferred;
  return {.id = std::string{name_of(kind)} + digest_of_parts({name_of(what.to), what.of}),
          .kind = kind,
          .at = at,
          .moved = what};
}

change change::of(made_file what, edge::timestamp at) {
  const auto kind = change_kind::file_made;
  return {.id = std::string{name_of(kind)} + digest_of_parts({name_of(what.source), what.recording_id}),
          .kind = kind,
          .at = at,
          .made = std::move(what)};
}

change change::of(told_event one_attempt, edge::timestamp at) {
  const auto kind = change_kind::told;
  const host_event& what = one_attempt.what;
  const delivery_attempt& tried = one_attempt.attempts.front();
  return {.id = std::string{name_of(kind)} + digest_of_parts({name_of(what.type), what.of}) +
                (!tried.by_hand       ? json::decimal(edge::to_microseconds(at))
                 : tried.is_success() ? "byhanddone"
                                      : "byhand"),
          .kind = kind,
          .at = at,
          .told = std::move(one_attempt)};
}

change change::of(removed_recording what, edge::timestamp at) {
  const auto kind = change_kind::recording_removed;
  return {.id = std::string{name_of(kind)} + (what.is_done ? "done" : "") +
                digest_of_parts({name_of(what.source), what.recording_id}),
          .kind = kind,
          .at = at,
          .removed = std::move(what)};
}

std::string change::to_metadata() const { return to_json(providers::max_metadata_size); }

std::string change::to_value() const { return to_json(std::string::npos); }

std::string change::to_json(std::size_t most) const {
  json::object to;
  to.set("id", id).set("kind", name_in(kind_names, kind)).set("at", edge::to_microseconds(at));
  if (!title.empty()) {
    to.set("title", title);
  }
  if (kind == change_kind::visibility_set) {
    to.set("private", is_private);
  }
  if (kind == change_kind::simulcast_set) {
    to.set("simulcast", simulcast);
  }
  if (kind == change_kind::downloads_set) {
    to.set("downloads", downloads);
  }
  if (made) {
    to.set("made", json::object()
                       .set("source", name_of(made->source))
                       .set("id", made->recording_id)
                       .set("file", made->file));
  }
  if (removed) {
    to.set("removed", json::object()
                          .set("source", name_of(removed->source))
                          .set("id", removed->recording_id)
                          .set("done", removed->is_done));
  }
  if (backup) {
    to.set("backup", backup->to_json());
  }
  if (moved) {
    to.set("moved", moved->to_json());
  }
  if (told) {
    to.set("told", told->to_json());
  }
  if (is_of_session(kind)) {
    to.set("session",
           json::object()
               .set("id", session.id)
               .set("begun", edge::to_microseconds(session.begun))
               .set_if("relay", session.relay.empty() ? std::nullopt : std::optional{session.relay}));
  }
  if (start) {
    to.set("start", edge::to_microseconds(*start));
  }
  const auto add = [&](std::string_view name, std::string_view value) {
    json::object whole = to;
    whole.set(name, value);
    if (whole.dump().size() <= most) {
      to = std::move(whole);
    }
  };
  if (text) {
    add("text", *text);
  }
  if (!by.empty()) {
    add("by", by);
  }
  return to.dump();
}

std::optional<change> change::from_metadata(std::string_view text) {
  auto parsed = json::document::parse(text);
  if (!parsed) {
    return std::nullopt;
  }
  json::value from = parsed->root();
  auto id = from["id"].text();
  auto kind = named_in(kind_names, from["kind"].text());
  auto at = providers::stored_time(from["at"]);
  if (!id || !kind || !at) {
    return std::nullopt;
  }
  return change{
      .id = std::string{*id},
      .kind = *kind,
      .at = *at,
      .title = std::string{from["title"].text().value_or("")},
      .simulcast = from["simulcast"].boolean().value_or(false),
      .is_private = from["private"].boolean().value_or(false),
      .downloads = from["downloads"].boolean().value_or(false),
      .start = providers::stored_time(from["start"]),
      .text = from["text"].text().transform([](auto whole) { return std::string{whole}; }),
      .backup = mux_side::from_json(from["backup"]),
      .session = {.id = std::string{from["session"]["id"].text().value_or("")},
                  .begun = providers::stored_time(from["session"]["begun"]).value_or(edge::timestamp{}),
                  .relay = from["session"]["relay"].text_or_empty()},
      .by = from["by"].text_or_empty(),
      .moved = transfer::from_json(from["moved"]),
      .made = file_in(from["made"]),
      .told = told_event::from_json(from["told"]),
      .removed = removed_in(from["removed"])};
}

} // namespace streams

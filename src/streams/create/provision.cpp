#include "streams/create/provision.h"

#include "cloudflare/api.h"
#include "edge/all.h"
#include "edge/retry.h"
#include "mux/api.h"
#include "streams/model/stream_id.h"
#include "streams/store/store.h"

#include <algorithm>
#include <utility>

namespace streams {

edge::task<std::expected<provisioned_stream, provisioning_failure>>
provisioner::provision(wanted_stream wanted) {
  deadline_ = host_.now() + budget;
  identity_ = wanted.identity ? std::move(*wanted.identity)
                              : stream_identity{make_stream_id(host_.now(), host_.random())};
  tag_ = tag_of(settings_.deployment, identity_.id);
  live_streams_.perhaps_more = live_inputs_.perhaps_more = may_come_late_ = identity_.begun_before;
  edge::timestamp created_at = host_.now();

  auto intended = co_await attempt(store{host_, deadline_}.work.put({.stream_id = identity_.id,
                                                                     .tag = tag_,
                                                                     .created_by = wanted.created_by,
                                                                     .memorial_id = wanted.memorial_id,
                                                                     .created_at = created_at}));
  if (!intended) {
    co_return std::unexpected(co_await fail(failed_step::intent, intended.error()));
  }

  auto objects = co_await attempt((wanted.into_mux() ? make_at_mux(wanted) : make_at_cloudflare(wanted)));
  if (!objects) {
    co_return std::unexpected(co_await fail(
        wanted.into_mux() ? failed_step::live_stream : failed_step::live_input, objects.error()));
  }

  provisioned_stream made{.record = {.id = identity_.id,
                                     .title = std::move(wanted.title),
                                     .memorial_id = std::move(wanted.memorial_id),
                                     .created_by = std::move(wanted.created_by),
                                     .created_at = created_at,
                                     .method = wanted.method,
                                     .ingest = wanted.ingest,
                                     .visibility = wanted.visibility,
                                     .cloudflare = std::move(objects->cloudflare),
                                     .mux = std::move(objects->mux),
                                     .sealed_credentials = {},
                                     .warnings = std::move(warnings_),
                                     .broadcasts = {}},
                          .credentials = std::move(objects->credentials)};
  auto recorded = co_await attempt(record(made.record, made.credentials));
  if (!recorded) {
    // What was written of the record must not outlive what it describes.
    unfinished_record_ = std::move(made.record);
    co_return std::unexpected(co_await fail(failed_step::record, recorded.error()));
  }
  live_inputs_ = {};
  if (made.record.mux) {
    kept_live_stream_ = std::exchange(live_streams_.id, std::nullopt);
  }
  co_return made;
}

edge::task<edge::outcome<provisioner::objects>> provisioner::make_at_mux(const wanted_stream& wanted) {
  auto live_stream = co_await make_live_stream(wanted);
  // Without settings for Mux there is no live stream.
  if (!settings_.mux) {
    co_return std::unexpected(settings::no_mux());
  }
  co_return objects{.cloudflare = std::nullopt,
                    .mux = mux_side::of(live_stream, ""),
                    .credentials = credentials::of(live_stream, *settings_.mux)};
}

edge::task<edge::outcome<provisioner::objects>> provisioner::make_at_cloudflare(const wanted_stream& wanted) {
  auto [backup, input] = co_await edge::all(make_live_stream(wanted), make_live_input(wanted));
  if (!input) {
    co_return std::unexpected(input.error());
  }
  std::optional<mux_side> joined;
  if (wanted.backup) {
    joined = co_await back_up(*input, std::move(backup));
  }
  if (!wanted.outputs.empty()) {
    co_await attach_all(*input, wanted.outputs);
  }
  co_return objects{.cloudflare = cloudflare_side::of(*input),
                    .mux = std::move(joined),
                    .credentials = credentials::of(*input)};
}

// Mux knows no idempotency key. After a try whose effect is unknown, what it may have made is looked for
// first.
edge::task<edge::outcome<mux::live_stream>> provisioner::make_live_stream(const wanted_stream& wanted) {
  if (!(wanted.backup || wanted.into_mux()) || !settings_.mux) {
    co_return std::unexpected(settings::no_mux());
  }
  mux::api api{host_, *settings_.mux, deadline_};
  co_return co_await edge::retry(host_, deadline_, [&] -> edge::task<edge::outcome<mux::live_stream>> {
    if (live_streams_.perhaps_more) {
      auto found = co_await api.find_live_streams_by_passthrough(tag_);
      if (!found.empty()) {
        live_streams_ = {.id = found.front().id, .perhaps_more = found.size() > 1};
        co_return std::move(found.front());
      }
    }
    auto made = co_await attempt(api.create_live_stream(
        {.title = wanted.title, .passthrough = tag_, .policy = policy_for(wanted.visibility)}));
    if (made) {
      live_streams_.id = made->id;
    }
    if (!made) {
      note_failure(live_streams_, made.error());
    }
    co_return made;
  });
}

// The key makes Cloudflare give the same live input to every try, and refuse it once that has been deleted:
// what an earlier creation of the stream made is looked for by the tag, and may have been undone.
edge::task<edge::outcome<cloudflare::live_input>> provisioner::make_live_input(const wanted_stream& wanted) {
  cloudflare::api api{host_, settings_.cloudflare, deadline_};
  std::string key = tag_;
  if (identity_.begun_before) {
    key += ':' + std::to_string(host_.now().time_since_epoch().count());
  }
  co_return co_await edge::retry(host_, deadline_, [&] -> edge::task<edge::outcome<cloudflare::live_input>> {
    if (identity_.begun_before) {
      auto found = co_await api.find_live_inputs_by_tag(tag_);
      if (!found.empty()) {
        co_return co_await api.get_live_input(found.front().id);
      }
    }
    auto made = co_await attempt(
        api.create_live_input({.name = wanted.title,
                               .tag = tag_,
                               .require_signed_urls = wanted.visibility == visibility::private_stream},
                              key));
    if (made) {
      live_inputs_ = {.id = made->id};
    }
    if (!made) {
      note_failure(live_inputs_, made.error());
    }
    co_return made;
  });
}

// After a try whose effect is unknown, the output that it may have made is looked for first.
edge::task<edge::outcome<cloudflare::output>> provisioner::attach(const cloudflare::live_input& input,
                                                                  const wanted_output& wanted) {
  cloudflare::api api{host_, settings_.cloudflare, deadline_};
  bool maybe_there = identity_.begun_before;
  auto made =
      co_await attempt(edge::retry(host_, deadline_, [&] -> edge::task<edge::outcome<cloudflare::output>> {
        if (maybe_there) {
          auto outputs = co_await api.list_outputs(input.id);
          auto ours = std::ranges::find_if(outputs, [&](const auto& each) { return wanted.is(each); });
          if (ours != outputs.end()) {
            co_return std::move(*ours);
          }
        }
        auto made =
            co_await attempt(api.create_output(input.id, wanted.url, wanted.stream_key, wanted.enabled));
        maybe_there = maybe_there || (!made && made.error().effect_unknown());
        co_return made;
      }));
  if (!made && maybe_there) {
    leftover_outputs_.push_back({.live_input_id = input.id, .what = wanted});
  }
  co_return made;
}

// They are of no use to a stream that there is none of, and it is of use without them: its owner is told
// which ones to add again.
edge::task<void> provisioner::attach_all(const cloudflare::live_input& input,
                                         const std::vector<wanted_output>& wanted) {
  std::size_t next = 0;
  auto lane = [&] -> edge::task<edge::status> {
    while (next < wanted.size()) {
      std::size_t number = ++next;
      auto made = co_await attempt(attach(input, wanted[number - 1]));
      if (!made) {
        warn("output_not_attached", "Output " + std::to_string(number) +
                                        " was not added: " + could_not(made.error()) + ". Add it again.");
      }
    }
    co_return {};
  };
  (void)co_await edge::all(lane(), lane(), lane());
}

// Joins the two sides, or warns and gives nothing: what was made for it is then left over.
edge::task<std::optional<mux_side>> provisioner::back_up(const cloudflare::live_input& input,
                                                         edge::outcome<mux::live_stream> backup) {
  if (!settings_.mux) {
    warn("backup_not_configured", "There is no Mux backup: this deployment has no Mux credentials.");
    co_return std::nullopt;
  }
  if (!backup) {
    warn(backup_unavailable, "The Mux backup is off: " + could_not(backup.error()) + ".");
    co_return std::nullopt;
  }
  auto output =
      co_await attempt(attach(input, {.url = settings_.mux->rtmps_url, .stream_key = backup->stream_key}));
  if (!output) {
    warn(backup_unavailable, "The Mux backup is off: " + could_not(output.error()) + ".");
    co_return std::nullopt;
  }
  co_return mux_side::of(*backup, output->id);
}

edge::task<edge::status> provisioner::record(stream_record& what, const credentials& secrets) {
  what.sealed_credentials =
      co_await settings_.keys.seal(host_, what.id, credentials::field, secrets.to_text());
  co_await store{host_, deadline_}.streams.add(what);
  co_return {};
}

void provisioner::note_failure(leftover& of, const edge::error& cause) {
  if (cause.effect_unknown()) {
    of.perhaps_more = true;
  }
  if (cause.kind == edge::error_kind::timeout) {
    may_come_late_ = true;
  }
}

edge::task<provisioning_failure> provisioner::fail(failed_step step, edge::error cause) {
  bool undone = co_await clear_away();
  co_return provisioning_failure{.step = step, .cause = cause, .undone = undone};
}

edge::task<void> provisioner::tidy() { (void)co_await clear_away(); }

// The intent goes last, and only if all else is gone and nothing can come, for it is what the sweep goes by.
edge::task<bool> provisioner::clear_away() {
  if (identity_.shared) {
    co_return false;
  }
  deadline_ = host_.now() + undo_budget;
  auto [live_streams, live_inputs, outputs, record] =
      co_await edge::all(remove_live_streams(), remove_live_inputs(), remove_outputs(), remove_record());
  if (!live_streams || !live_inputs || !outputs || !record || may_come_late_) {
    co_return false;
  }
  auto removed = co_await attempt(store{host_, deadline_}.work.remove_intent(identity_.id));
  co_return removed.has_value();
}

edge::task<edge::status> provisioner::remove_live_streams() {
  if (!live_streams_.any() || !settings_.mux) {
    co_return {};
  }
  mux::api api{host_, *settings_.mux, deadline_};
  co_await edge::retry(host_, deadline_, [&] -> edge::task<edge::status> {
    if (live_streams_.id) {
      co_await api.delete_live_stream(*live_streams_.id);
    }
    if (!live_streams_.perhaps_more) {
      co_return {};
    }
    auto found = co_await api.find_live_streams_by_passthrough(tag_);
    for (const auto& each : found) {
      if (each.id != kept_live_stream_) {
        co_await api.delete_live_stream(each.id);
      }
    }
    co_return {};
  });
  co_return {};
}

edge::task<edge::status> provisioner::remove_live_inputs() {
  if (!live_inputs_.any()) {
    co_return {};
  }
  cloudflare::api api{host_, settings_.cloudflare, deadline_};
  co_await edge::retry(host_, deadline_, [&] -> edge::task<edge::status> {
    if (live_inputs_.id) {
      co_await api.delete_live_input(*live_inputs_.id);
    }
    if (!live_inputs_.perhaps_more) {
      co_return {};
    }
    auto found = co_await api.find_live_inputs_by_tag(tag_);
    for (const auto& each : found) {
      co_await api.delete_live_input(each.id);
    }
    co_return {};
  });
  co_return {};
}

edge::task<edge::status> provisioner::remove_outputs() {
  if (leftover_outputs_.empty()) {
    co_return {};
  }
  const std::string& input = leftover_outputs_.front().live_input_id;
  cloudflare::api api{host_, settings_.cloudflare, deadline_};
  co_await edge::retry(host_, deadline_, [&] -> edge::task<edge::status> {
    auto found = co_await attempt(api.list_outputs(input));
    // The input may have gone first, and its outputs with it.
    if (!found && found.error().kind == edge::error_kind::not_found) {
      co_return {};
    }
    for (const auto& each : co_await std::move(found)) {
      if (std::ranges::any_of(leftover_outputs_, [&](const auto& left) { return left.what.is(each); })) {
        co_await api.delete_output(input, each.id);
      }
    }
    co_return {};
  });
  co_return {};
}

edge::task<edge::status> provisioner::remove_record() {
  if (!unfinished_record_) {
    co_return {};
  }
  co_await store{host_, deadline_}.streams.remove(*unfinished_record_);
  co_return {};
}

} // namespace streams

#include "streams/create/provision.h"

#include "cloudflare/api.h"
#include "edge/all.h"
#include "edge/retry.h"
#include "json/number.h"
#include "mux/api.h"
#include "streams/model/stream_id.h"
#include "streams/store/deployment.h"
#include "streams/store/store.h"

#include <algorithm>
#include <utility>

namespace streams {

edge::task<std::expected<provisioned_stream, provisioning_failure>>
provisioner::provision(wanted_stream wanted) {
  auto made = co_await attempt(create(std::move(wanted)));
  if (!made) {
    co_await remove_leftovers();
    made.error().undone = nothing_left_;
  }
  co_return made;
}

edge::task<std::expected<provisioned_stream, provisioning_failure>>
provisioner::create(wanted_stream wanted) {
  deadline_ = host_.now() + budget;
  identity_ = wanted.identity ? std::move(*wanted.identity)
                              : stream_identity{make_stream_id(host_.now(), host_.random())};
  const store to{host_, deadline_};
  auto deployment = co_await attempt(deployment_of(to.kv, host_.random(), settings_.deployment));
  if (!deployment) {
    co_return std::unexpected(provisioning_failure{failed_step::intent, deployment.error()});
  }
  tag_ = tag_of(*deployment, identity_.id);
  live_streams_.perhaps_more = live_inputs_.perhaps_more = may_come_late_ = identity_.begun_before;
  const edge::timestamp created_at = host_.now();

  const auto intended = co_await attempt(store{host_, deadline_}.work.put({.stream_id = identity_.id,
                                                                           .tag = tag_,
                                                                           .created_by = wanted.created_by,
                                                                           .memorial_id = wanted.memorial_id,
                                                                           .created_at = created_at}));
  if (!intended) {
    co_return std::unexpected(provisioning_failure{failed_step::intent, intended.error()});
  }

  std::optional<cloudflare_side> at_cloudflare;
  std::optional<mux_side> at_mux;
  credentials secrets;
  if (wanted.into_mux()) {
    const auto live_stream = co_await attempt(create_live_stream(wanted));
    if (!live_stream) {
      co_return std::unexpected(provisioning_failure{failed_step::live_stream, live_stream.error()});
    }
    at_mux = mux_side::of(*live_stream, "");
    if (needs_relay(wanted.method, wanted.ingest) && !settings_.relay) {
      warn("whip_unsupported",
           "Mux does not support WHIP, and this deployment has no relay: a browser cannot publish "
           "to this stream. An encoder can, by RTMPS with the stream key.");
    }
    // NOLINTNEXTLINE(bugprone-unchecked-optional-access): create_live_stream fails without settings
    secrets = credentials::of(*live_stream, *settings_.mux);
  } else {
    auto [backup, input] = co_await edge::all(create_live_stream(wanted), create_live_input(wanted));
    if (!input) {
      co_return std::unexpected(provisioning_failure{failed_step::live_input, input.error()});
    }
    if (wanted.reaches_mux()) {
      at_mux = co_await attach_backup(*input, std::move(backup));
    }
    if (!wanted.outputs.empty()) {
      co_await attach_outputs(*input, wanted.outputs);
    }
    at_cloudflare = cloudflare_side::of(*input);
    secrets = credentials::of(*input);
  }

  stream_record record{.id = identity_.id,
                       .title = std::move(wanted.title),
                       .memorial_id = std::move(wanted.memorial_id),
                       .created_by = std::move(wanted.created_by),
                       .created_at = created_at,
                       .method = wanted.method,
                       .ingest = wanted.ingest,
                       .visibility = wanted.visibility,
                       .phone_copy = wanted.phone_copy,
                       .cloudflare = std::move(at_cloudflare),
                       .mux = std::move(at_mux),
                       .sealed_credentials = {},
                       .warnings = std::move(warnings_),
                       .broadcasts = {}};
  for (change& each : wanted.begins_with) {
    each.at = created_at;
    record.desired.fold(each);
  }
  const auto stored = co_await attempt(store_record(record, secrets));
  if (!stored) {
    // What was written of the record must not outlive what it describes.
    unfinished_record_ = std::move(record);
    co_return std::unexpected(provisioning_failure{failed_step::record, stored.error()});
  }
  live_inputs_ = {};
  if (record.mux) {
    kept_live_stream_ = std::exchange(live_streams_.id, std::nullopt);
  } else if (output_may_come_late_) {
    live_streams_ = {}; // an output may still feed it: reconcile makes both the backup
  }
  co_return provisioned_stream{.record = std::move(record), .credentials = std::move(secrets)};
}

// Mux has no idempotency key. After a try with an unknown effect, look for what it may have made first.
edge::task<edge::outcome<mux::live_stream>> provisioner::create_live_stream(const wanted_stream& wanted) {
  return edge::retry(host_, deadline_, [this, &wanted] -> edge::task<edge::outcome<mux::live_stream>> {
    if (!wanted.reaches_mux() || !settings_.mux) {
      co_return std::unexpected(settings::no_mux());
    }
    mux::api api{host_, *settings_.mux, deadline_};
    if (live_streams_.perhaps_more) {
      auto found = co_await api.find_live_streams_by_passthrough(tag_, earliest_of(identity_.id));
      if (!found.empty()) {
        live_streams_ = {.id = found.front().id, .perhaps_more = found.size() > 1};
        co_return std::move(found.front());
      }
    }
    auto made = co_await attempt(api.create_live_stream(
        {.title = wanted.title, .passthrough = tag_, .policy = policy_for(wanted.visibility)}));
    if (made) {
      live_streams_.id = made->id;
    } else {
      note_failure(live_streams_, made.error());
    }
    co_return made;
  });
}

// Cloudflare gives the same live input to every try with one idempotency key, and refuses the key once that
// input is deleted. What an earlier creation of the stream made may have been undone, so it is looked for by
// the tag.
edge::task<edge::outcome<cloudflare::live_input>>
provisioner::create_live_input(const wanted_stream& wanted) {
  std::string key = tag_;
  if (identity_.begun_before) {
    key += ':' + json::decimal(host_.now().time_since_epoch().count());
  }
  return edge::retry(
      host_, deadline_,
      [this, &wanted, key = std::move(key)] -> edge::task<edge::outcome<cloudflare::live_input>> {
        cloudflare::api api{host_, settings_.cloudflare, deadline_};
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
        } else {
          note_failure(live_inputs_, made.error());
        }
        co_return made;
      });
}

// After a try with an unknown effect, look for the output that it may have made first.
edge::task<edge::outcome<cloudflare::output>> provisioner::attach_output(const cloudflare::live_input& input,
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
        auto created =
            co_await attempt(api.create_output(input.id, wanted.url, wanted.stream_key, wanted.enabled));
        maybe_there = maybe_there || (!created && created.error().effect_unknown());
        output_may_come_late_ =
            output_may_come_late_ || (!created && created.error().kind == edge::error_kind::timeout);
        co_return created;
      }));
  if (!made && maybe_there) {
    leftover_outputs_.push_back({.live_input_id = input.id, .what = wanted});
  }
  co_return made;
}

// The stream works without them, so a failure is a warning that tells the owner what to add again.
edge::task<void> provisioner::attach_outputs(const cloudflare::live_input& input,
                                             const std::vector<wanted_output>& wanted) {
  std::size_t next = 0;
  auto lane = [&] -> edge::task<edge::status> {
    while (next < wanted.size()) {
      std::size_t number = ++next;
      auto made = co_await attempt(attach_output(input, wanted[number - 1]));
      if (!made) {
        warn("output_not_attached", "Output " + json::decimal(number) +
                                        " was not added: " + could_not(made.error()) + ". Add it again.");
      }
    }
    co_return {};
  };
  (void)co_await edge::all(lane(), lane(), lane());
}

// Nullopt, with a warning, if the backup is off. The live stream is then left over.
edge::task<std::optional<mux_side>> provisioner::attach_backup(const cloudflare::live_input& input,
                                                               edge::outcome<mux::live_stream> backup) {
  if (!settings_.mux) {
    warn("backup_not_configured", "There is no Mux backup: this deployment has no Mux credentials.");
    co_return std::nullopt;
  }
  if (!backup) {
    warn(backup_unavailable, "The Mux backup is off: " + could_not(backup.error()) + ".");
    co_return std::nullopt;
  }
  auto output = co_await attempt(
      attach_output(input, {.url = settings_.mux->rtmps_url, .stream_key = backup->stream_key}));
  if (!output) {
    warn(backup_unavailable, "The Mux backup is off: " + could_not(output.error()) + ".");
    co_return std::nullopt;
  }
  co_return mux_side::of(*backup, output->id);
}

edge::task<edge::status> provisioner::store_record(stream_record& what, const credentials& secrets) {
  what.sealed_credentials =
      co_await settings_.keys.seal(host_, what.id, credentials::field, secrets.to_text());
  co_await store{host_, deadline_}.streams.add(what);
  co_return {};
}

void provisioner::note_failure(leftover& of, const edge::error& cause) {
  of.perhaps_more = of.perhaps_more || cause.effect_unknown();
  may_come_late_ = may_come_late_ || cause.kind == edge::error_kind::timeout;
}

// Reconcile finds what is left by the intent, so the intent goes last, and only if nothing is left and
// nothing can appear later.
edge::task<void> provisioner::remove_leftovers() {
  if (identity_.shared) {
    co_return;
  }
  deadline_ = host_.now() + cleanup_budget;
  auto [live_streams, live_inputs, outputs, record] =
      co_await edge::all(remove_live_streams(), remove_live_inputs(), remove_outputs(), remove_record());
  if (live_streams && live_inputs && outputs && record && !may_come_late_ && !output_may_come_late_) {
    auto removed = co_await attempt(store{host_, deadline_}.work.remove_intent(identity_.id));
    nothing_left_ = removed.has_value();
  }
}

edge::task<edge::status> provisioner::remove_live_streams() {
  return edge::retry(host_, deadline_, [this] -> edge::task<edge::status> {
    if (!live_streams_.any() || !settings_.mux) {
      co_return {};
    }
    mux::api api{host_, *settings_.mux, deadline_};
    if (live_streams_.id) {
      co_await api.delete_live_stream(*live_streams_.id);
    }
    if (!live_streams_.perhaps_more) {
      co_return {};
    }
    for (const auto& each : co_await api.find_live_streams_by_passthrough(tag_, earliest_of(identity_.id))) {
      if (each.id != kept_live_stream_) {
        co_await api.delete_live_stream(each.id);
      }
    }
    co_return {};
  });
}

edge::task<edge::status> provisioner::remove_live_inputs() {
  return edge::retry(host_, deadline_, [this] -> edge::task<edge::status> {
    if (!live_inputs_.any()) {
      co_return {};
    }
    cloudflare::api api{host_, settings_.cloudflare, deadline_};
    if (live_inputs_.id) {
      co_await api.delete_live_input(*live_inputs_.id);
    }
    if (!live_inputs_.perhaps_more) {
      co_return {};
    }
    for (const auto& each : co_await api.find_live_inputs_by_tag(tag_)) {
      co_await api.delete_live_input(each.id);
    }
    co_return {};
  });
}

edge::task<edge::status> provisioner::remove_outputs() {
  return edge::retry(host_, deadline_, [this] -> edge::task<edge::status> {
    if (leftover_outputs_.empty()) {
      co_return {};
    }
    const std::string& input = leftover_outputs_.front().live_input_id;
    cloudflare::api api{host_, settings_.cloudflare, deadline_};
    auto found = co_await attempt(api.list_outputs(input));
    // The input may have been deleted first, and its outputs with it.
    if (is_not_found(found)) {
      co_return {};
    }
    for (const auto& each : co_await std::move(found)) {
      if (std::ranges::any_of(leftover_outputs_, [&](const auto& left) { return left.what.is(each); })) {
        co_await api.delete_output(input, each.id);
      }
    }
    co_return {};
  });
}

edge::task<edge::status> provisioner::remove_record() {
  if (unfinished_record_) {
    co_await store{host_, deadline_}.streams.remove(*unfinished_record_);
  }
  co_return {};
}

} // namespace streams

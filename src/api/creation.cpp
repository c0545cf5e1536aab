#include "api/creation.h"

#include "api/authorization.h"
#include "api/json_answer.h"
#include "api/known_stream.h"
#include "api/limits.h"
#include "api/problems.h"
#include "api/stream_view.h"
#include "streams/repository.h"
#include "streams/viewing_keys.h"

#include <memory>

namespace api {

namespace {

std::string_view whereabouts(const streams::provisioning_failure& failure) {
  return failure.undone ? "Nothing was left behind." : "What was made will be cleared away.";
}

edge::problem cloudflare_failed() {
  return {.status = 502,
          .type = "cloudflare-failed",
          .title = "Cloudflare Stream did not make the live input",
          .detail = {}};
}

edge::problem mux_failed() {
  return {.status = 502, .type = "mux-failed", .title = "Mux did not make the live stream", .detail = {}};
}

edge::problem describe(const streams::provisioning_failure& failure) {
  using enum streams::failed_step;
  if (failure.step != live_input && failure.step != live_stream) {
    edge::problem problem = store_unavailable();
    problem.detail = "The stream could not be stored. " + std::string{whereabouts(failure)} + " Try again.";
    return problem;
  }
  edge::problem problem = failure.step == live_stream ? mux_failed() : cloudflare_failed();
  problem.detail =
      could_not(failure.cause) + ". " + std::string{whereabouts(failure)} + " Try again in a minute.";
  problem.detail.front() = 'C';
  return problem;
}

// Outlives the answer: what remains to be cleared away is cleared away afterwards.
struct creation {
  creation(edge::host& host, streams::settings with) : settings(std::move(with)), work(host, settings) {}
  creation(const creation&) = delete;
  creation& operator=(const creation&) = delete;
  ~creation() = default;

  streams::settings settings;
  streams::provisioner work;
};

} // namespace

streams::visibility read_visibility(json_fields& from) {
  auto word = from.text("visibility", 20);
  auto named = streams::visibility_named(word);
  if (word && !named) from.must("visibility", "be public or private");
  return named.value_or(streams::visibility::public_stream);
}

edge::task<std::expected<streams::provisioned_stream, edge::problem>>
make_stream(edge::context& request, streams::settings with, streams::wanted_stream wanted) {
  if (wanted.visibility == streams::visibility::private_stream)
    if (auto keys = streams::viewing_keys::read(request.host.settings()); !keys)
      co_return std::unexpected(not_configured(keys.error()));
  std::string id = wanted.identity ? wanted.identity->id : "";
  co_await co_await admit_creation(request, wanted.created_by, id);
  auto creating = std::make_shared<creation>(request.host, std::move(with));
  auto made = co_await creating->work.provision(std::move(wanted));
  if (!made) co_return std::unexpected(describe(made.error()));
  request.after_answering([creating] { return creating->work.tidy(); });
  co_return std::move(*made);
}

edge::task<std::expected<void, edge::problem>> check_memorial(edge::context& request, const caller& user,
                                                              const std::optional<std::string>& memorial_id) {
  if (!memorial_id) co_return {};
  streams::repository repository{request.host, request.host.now() + stream_budget};
  co_await co_await memorial_for(repository, user, *memorial_id);
  co_return {};
}

edge::response created_answer(edge::context& request, const streams::provisioned_stream& made) {
  for (const streams::warning& each : made.record.warnings) request.warnings.push_back(each.code);
  json::object answer;
  answer.set("success", true).set("stream", view_of(made.record, &made.credentials, request.host));
  edge::response created = json_answer(201, answer);
  created.headers.add("location", "/api/streams/" + made.record.id);
  return created;
}

} // namespace api

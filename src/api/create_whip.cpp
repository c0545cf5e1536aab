#include "api/create_whip.h"

#include "api/authentication.h"
#include "api/authorization.h"
#include "api/json_answer.h"
#include "api/json_body.h"
#include "api/managed_stream.h"
#include "api/problems.h"
#include "api/stream_view.h"
#include "streams/provision.h"
#include "streams/repository.h"

#include <memory>

namespace api {

namespace {

std::expected<streams::wanted_stream, edge::problem> read_wanted(const json::document& body,
                                                                 std::string subject) {
  json_fields fields{body};
  streams::wanted_stream wanted{.title = fields.required_text("title", longest_title),
                                .memorial_id = fields.id("memorialId"),
                                .backup = fields.boolean("enableMuxBackup").value_or(true),
                                .created_by = std::move(subject)};
  return fields.check().transform([&] { return std::move(wanted); });
}

std::string_view whereabouts(const streams::provisioning_failure& failure) {
  return failure.undone ? "Nothing was left behind." : "What was made will be cleared away.";
}

edge::problem describe(const streams::provisioning_failure& failure) {
  if (failure.step != streams::failed_step::live_input) {
    edge::problem problem = store_unavailable();
    problem.detail = "The stream could not be stored. " + std::string{whereabouts(failure)} + " Try again.";
    return problem;
  }
  std::string cause = failure.cause.status == 0 ? name_of(failure.cause.kind)
                                                : "status " + std::to_string(failure.cause.status);
  return {.status = 502,
          .type = "cloudflare-failed",
          .title = "Cloudflare Stream did not make the live input",
          .detail = "Could not " + describe(failure.cause) + " (" + cause + "). " +
                    std::string{whereabouts(failure)} + " Try again in a minute."};
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

edge::task<edge::answer> create_whip(edge::context& request) {
  caller user = co_await co_await authenticate(request);
  json::document body = co_await co_await read_json(request);
  streams::wanted_stream wanted = co_await read_wanted(body, user.subject);
  auto settings = streams::settings::read(request.host.settings());
  if (!settings) co_return std::unexpected(not_configured(settings.error()));
  if (wanted.memorial_id) {
    streams::repository repository{request.host, request.host.now() + stream_budget};
    co_await co_await memorial_for(repository, user, *wanted.memorial_id);
  }

  auto creating = std::make_shared<creation>(request.host, std::move(*settings));
  auto made = co_await creating->work.provision(std::move(wanted));
  if (!made) co_return std::unexpected(describe(made.error()));
  request.after_answering([creating] { return creating->work.tidy(); });
  json::object answer;
  answer.set("success", true).set("stream", view_of(made->record, &made->credentials, request.host));
  edge::response created = json_answer(201, answer);
  created.headers.add("location", "/api/streams/" + made->record.id);
  co_return created;
}

} // namespace api

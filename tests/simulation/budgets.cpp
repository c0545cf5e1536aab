#include "simulation/budgets.h"

#include "simulation/bill.h"
#include "simulation/world.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>

namespace simulation {

namespace {

// A Worker on the free plan makes so many subrequests to the Internet and to Cloudflare's own services.
constexpr std::size_t most_calls = 50;
constexpr std::size_t most_operations = 1000;

// docs/architecture.md, "Reconcile".
constexpr std::size_t most_calls_of_run = 40;
constexpr std::chrono::seconds longest_run{45};
constexpr edge::milliseconds gap_at_mux{250};
constexpr edge::milliseconds gap_between_posts_at_mux{1250};

bool is_at_mux(const step& what) { return what.is_call && what.name.contains(" mux"); }
bool is_at_provider(const step& what) {
  return is_at_mux(what) || (what.is_call && what.name.contains(" cloudflare"));
}

void exceeded(world& in, const edge::request& of, const served& done, std::string_view budget) {
  std::string all;
  for (const step& each : done.steps) {
    all.append(all.empty() ? "" : ", ").append(each.name);
  }
  in.violated(std::string{budget} + ": " + of.method + ' ' + of.url + ": " + all);
}

bool went_wrong(const served& done) {
  return done.killed || !done.answer || std::ranges::any_of(done.steps, [](const step& each) {
           return each.what != fate::succeeds || !each.succeeded;
         });
}

void check_run(world& in, const edge::request& of, const served& done) {
  std::optional<edge::timestamp> last;
  std::optional<edge::timestamp> last_post;
  for (const step& each : done.steps) {
    if (is_at_provider(each) && each.at > done.steps.front().at + longest_run) {
      exceeded(in, of, done, "a provider is called later than 45 s after a run began");
    }
    if (!is_at_mux(each)) {
      continue;
    }
    const bool posts = each.name.starts_with("POST");
    if (last && each.at < *last + gap_at_mux) {
      exceeded(in, of, done, "a run calls Mux more than four times a second");
    }
    if (posts && last_post && each.at < *last_post + gap_between_posts_at_mux) {
      exceeded(in, of, done, "a run posts to Mux more often than every 1.25 s");
    }
    last = each.at;
    last_post = posts ? each.at : last_post;
  }
  if (std::ranges::count_if(done.steps, is_at_provider) > static_cast<std::ptrdiff_t>(most_calls_of_run)) {
    exceeded(in, of, done, "a run makes more than 40 calls of providers");
  }
}

// The record, and the memorial or the invite that gives the right. So much, whatever goes wrong.
void check_viewer(world& in, const edge::request& of, const served& done) {
  const bill cost = cost_of(done);
  if (cost.reads > 2 || cost.writes + cost.lists + cost.deletions + cost.objects + cost.calls > 0) {
    exceeded(in, of, done, "what a viewer reads costs more than two keys");
  }
}

// The record with what may have changed it, and the memorial. Credentials that were replaced by a request
// that was cut off are asked for at the provider, and stored.
void check_owner(world& in, const edge::request& of, const served& done) {
  const bill cost = cost_of(done);
  if (cost.reads > 7 || cost.lists + cost.deletions + cost.objects > 0 || cost.calls > 1 ||
      cost.writes > cost.calls) {
    exceeded(in, of, done, "what an owner reads costs more than seven keys");
  }
}

// A deployment without rooms notes at a beginning that it must look at the stream. Besides, each event that
// the receiver is told is a call and a write. KV may give an empty page before the facts, and a fold that has
// overtaken the deletion of its stream removes what it wrote.
void check_webhook(world& in, const edge::request& of, const served& done) {
  if (std::ranges::any_of(done.steps, is_at_provider)) {
    exceeded(in, of, done, "a webhook calls a provider");
  }
  const bill cost = cost_of(done);
  const std::size_t most_writes = (in.has_rooms() ? 3 : 4) + cost.calls;
  if (!went_wrong(done) &&
      (cost.reads > 8 || cost.writes > most_writes || cost.lists > 2 || cost.deletions > 1)) {
    exceeded(in, of, done, "a webhook costs more than eight reads, three writes and a list");
  }
}

void check_request(world& in, const edge::request& to, const served& done) {
  constexpr std::string_view streams = "/api/streams/";
  const std::string_view path = to.path();
  if (to.method == "POST" && path.starts_with("/api/webhooks/")) {
    return check_webhook(in, to, done);
  }
  if (to.method != "GET" || !path.starts_with(streams)) {
    return;
  }
  const std::size_t slash = path.find('/', streams.size());
  const std::string_view part = slash == std::string_view::npos ? "" : path.substr(slash);
  constexpr std::array<std::string_view, 4> for_viewers{"/playback", "/recordings", "/calendar", "/status"};
  if (std::ranges::contains(for_viewers, part)) {
    check_viewer(in, to, done);
  } else if (part.empty() && !went_wrong(done) && done.answer->status != 404) {
    // What is not there may have been written by a fold that its deletion has overtaken, and is removed.
    check_owner(in, to, done);
  }
}

} // namespace

bool is_run(const edge::request& request) {
  return request.url.starts_with("https://schedule.invalid") ||
         request.url.starts_with("https://alarm.invalid");
}

void check_budget(world& in, const edge::request& to, const served& done) {
  const bill cost = cost_of(done);
  if (cost.calls > most_calls) {
    exceeded(in, to, done, "more than 50 calls to the Internet");
  }
  if (cost.reads + cost.writes + cost.lists + cost.deletions + cost.objects > most_operations) {
    exceeded(in, to, done, "more than 1,000 operations of KV and Durable Objects");
  }
  if (is_run(to)) {
    check_run(in, to, done);
  } else {
    check_request(in, to, done);
  }
}

std::string_view paced_calls::add(limit& to, edge::timestamp at) {
  while (!to.calls.empty() && to.calls.front() + to.time <= at) {
    to.calls.pop_front();
  }
  to.calls.push_back(at);
  return to.calls.size() > to.most ? to.name : std::string_view{};
}

std::string_view paced_calls::add(std::string_view name, edge::timestamp at) {
  if (name.contains(" mux")) {
    return add(name.starts_with("POST") ? posts_at_mux_ : others_at_mux_, at);
  }
  return name.contains(" cloudflare") ? add(at_cloudflare_, at) : std::string_view{};
}

} // namespace simulation

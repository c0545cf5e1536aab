#include "simulation/creation.h"

#include "simulation/deployment.h"
#include "simulation/invariants.h"
#include "support/catch.h"

#include <set>

namespace simulation {

const creation& create_whip() {
  static const creation what{.path = "/api/streams/create-whip", .body = std::string{wanted_stream}};
  return what;
}

edge::request create_request(world& around, const creation& what) {
  edge::request request{.method = "POST",
                        .url = "https://whip.example" + what.path,
                        .headers = {{"authorization", bearer(around.now(), around.secrets())},
                                    {"content-type", "application/json"}}};
  if (!what.key.empty()) {
    request.headers.add("idempotency-key", what.key);
  }
  return request;
}

served create(world& around, const course& how, const creation& what) {
  served result = around.serve(create_request(around, what), what.body, how);
  check_at_rest(around, result);
  return result;
}

void check_honest(const world& around, const std::string& name, const served& result) {
  INFO(name << ": " << text_of(result) << text_of(around.violations()));
  CHECK(around.violations().empty());
  CHECK((result.killed || result.answer));
  static const std::set<int> honest{200, 201, 400, 409, 413, 502, 503};
  CHECK((result.killed || honest.contains(result.answer->status)));
}

served hold(const std::string& name, const course& how, const creation& what) {
  world around{7, {}, settings()};
  served result = create(around, how, what);
  check_honest(around, name, result);
  return result;
}

std::size_t count_operations(const creation& what) { return hold("nothing fails", {}, what).steps.size(); }

void reconcile_later(world& around, const std::string& name) {
  around.wait(std::chrono::minutes{20});
  const served run = around.reconcile();
  const served nothing{.answer = {}, .killed = false, .steps = {}, .log = {}};
  check_at_rest(around, nothing);
  INFO(name << ": " << text_of(run) << text_of(around.violations()));
  CHECK(run.answer);
  CHECK(around.violations().empty());
  CHECK(around.store().keys("intent/").empty());
}

course failing(std::size_t number, fate what) {
  course how;
  how.fate_of = [=](std::size_t at, const std::string&) { return at == number ? what : fate::succeeds; };
  return how;
}

course failing_from(std::size_t number, fate what) {
  course how;
  how.fate_of = [=](std::size_t at, const std::string&) { return at >= number ? what : fate::succeeds; };
  return how;
}

course failing_always(const std::set<std::string>& steps, fate what) {
  course how;
  how.fate_of = [=](std::size_t, const std::string& name) {
    return steps.contains(name) ? what : fate::succeeds;
  };
  return how;
}

std::string text_of(const served& result) {
  std::string text = result.killed ? "killed" : "not answered";
  if (result.answer) {
    text = std::to_string(result.answer->status) + ' ' + result.answer->body;
  }
  for (std::size_t i = 0; i < result.steps.size(); ++i) {
    const step& each = result.steps[i];
    text += "\n  " + std::to_string(i + 1) + ' ' + each.name + ": " + std::string{name_of(each.what)};
  }
  return text;
}

std::string text_of(const std::vector<std::string>& violations) {
  std::string text;
  for (const std::string& each : violations) {
    text += "\n- " + each;
  }
  return text;
}

} // namespace simulation

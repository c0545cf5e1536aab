#include "simulation/creation.h"

#include "simulation/deployment.h"
#include "simulation/invariants.h"
#include "support/catch.h"

#include <set>

namespace simulation {

edge::request create_request(world& around) {
  return {.method = "POST",
          .url = "https://whip.example/api/streams/create-whip",
          .headers = {{"authorization", bearer(around.now(), around.secrets())},
                      {"content-type", "application/json"}}};
}

served create(world& around, const course& how) {
  served result = around.serve(create_request(around), std::string{wanted_stream}, how);
  check_at_rest(around, result);
  return result;
}

served hold(const std::string& name, const course& how) {
  world around{7};
  served result = create(around, how);
  INFO(name << ": " << text_of(result) << text_of(around.violations()));
  CHECK(around.violations().empty());
  CHECK((result.killed || result.answer));
  static const std::set<int> honest{201, 400, 413, 502, 503};
  CHECK((result.killed || honest.contains(result.answer->status)));
  return result;
}

course failing(std::size_t number, fate what) {
  course how;
  how.fate_of = [=](std::size_t at, const std::string&) { return at == number ? what : fate::succeeds; };
  return how;
}

std::string text_of(const served& result) {
  std::string text = result.killed ? "killed" : "not answered";
  if (result.answer) text = std::to_string(result.answer->status) + ' ' + result.answer->body;
  for (std::size_t i = 0; i < result.steps.size(); ++i) {
    const step& each = result.steps[i];
    text += "\n  " + std::to_string(i + 1) + ' ' + each.name + ": " + std::string{name_of(each.what)};
  }
  return text;
}

std::string text_of(const std::vector<std::string>& violations) {
  std::string text;
  for (const std::string& each : violations) text += "\n- " + each;
  return text;
}

} // namespace simulation

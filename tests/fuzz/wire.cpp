// The wire format between the shim and the module. The host writes well-formed messages only, so the input is
// cut into the pieces of one: what goes in must come out, in both directions.
#include "edge/host.h"
#include "edge/task.h"
#include "target.h"
#include "wasm/messages.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

namespace {

using fuzz::require;

// Cuts the input into pieces, each with a byte before it that says how long it is. After the end they are
// empty.
class pieces {
public:
  explicit pieces(std::string_view input) : rest_(input) {}

  std::string next() {
    const std::size_t wanted = rest_.empty() ? 0 : static_cast<unsigned char>(rest_.front());
    rest_.remove_prefix(std::min<std::size_t>(1, rest_.size()));
    std::string taken{rest_.substr(0, wanted)};
    rest_.remove_prefix(taken.size());
    return taken;
  }
  // The same without NUL, which ends a text in the head of a request.
  std::string text() {
    std::string taken = next();
    std::erase(taken, '\0');
    return taken;
  }
  [[nodiscard]] bool at_end() const { return rest_.empty(); }

private:
  std::string_view rest_;
};

std::string number(std::uint32_t value) {
  std::string bytes(sizeof value, '\0');
  std::memcpy(bytes.data(), &value, sizeof value);
  return bytes;
}

std::string counted(std::string_view bytes) {
  return number(static_cast<std::uint32_t>(bytes.size())).append(bytes);
}

void check_start(pieces from) {
  using namespace std::string_literals;
  const std::string random(128, 'r');
  const std::string name = from.next();
  const std::string value = from.next();
  const std::string method = from.text();
  const std::string url = from.text();
  std::string head = method;
  head.append(1, '\0').append(url).append(1, '\0');
  std::vector<std::pair<std::string, std::string>> fields;
  while (!from.at_end()) {
    std::string field = from.text();
    std::string content = from.text();
    head.append(field).append(1, '\0').append(content).append(1, '\0');
    fields.emplace_back(std::move(field), std::move(content));
  }
  auto read = wire::read_start(counted(random) + counted(counted(name) + counted(value)) + counted(head));
  require(read.random.take(64) == random.substr(64));
  require(read.settings.get(name, "") == value);
  require(read.request.method == method && read.request.url == url);
  require(std::ranges::equal(read.request.headers, fields));
}

// The texts and bytes of an outbox, in their order.
class outbox_reader {
public:
  explicit outbox_reader(std::string_view outbox) : rest_(outbox) {
    require(take_number() == rest_.size());
    take_value();
    require(rest_.empty());
  }
  [[nodiscard]] const std::vector<std::string>& texts() const { return texts_; }

private:
  std::string_view take(std::size_t count) {
    require(count <= rest_.size());
    const std::string_view taken = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return taken;
  }
  std::uint32_t take_number() {
    std::uint32_t value = 0;
    std::memcpy(&value, take(sizeof value).data(), sizeof value);
    return value;
  }
  void take_value() {
    const std::uint32_t tag = take_number();
    const std::uint32_t count = take_number();
    require(tag <= 3);
    if (tag == 1 || tag == 2) {
      texts_.emplace_back(take(count));
    }
    for (std::uint32_t left = tag == 3 ? count : 0; left > 0; --left) {
      take_value();
    }
  }

  std::string_view rest_;
  std::vector<std::string> texts_;
};

void check_outbox(pieces from) {
  const std::string a = from.text();
  const std::string b = from.text();
  const std::string c = from.next();
  const edge::headers fields{{a, b}};
  const std::string written_fields = a + '\0' + b + '\0';
  const std::vector<edge::outgoing> records{
      edge::issued_operation{1, edge::operation::fetch{.method = a, .url = b, .headers = fields, .body = c}},
      edge::issued_operation{2, edge::operation::kv_get{{a, b}}},
      edge::issued_operation{3, edge::operation::kv_put{.key = a, .value = c, .metadata = b}},
      edge::issued_operation{4, edge::operation::seal{.key = a, .associated_data = b, .plain = c}},
      edge::log_line{c},
      edge::response{200, fields, c},
      edge::last_resort{edge::response{500, fields, c}}};
  const std::vector<std::string> expected{"fetch",
                                          a,
                                          b,
                                          written_fields,
                                          c,
                                          "{}",
                                          "kv_get",
                                          a,
                                          b,
                                          "kv_put",
                                          a,
                                          c,
                                          b.empty() ? "null" : b,
                                          "seal",
                                          a,
                                          b,
                                          c,
                                          "log",
                                          c,
                                          "respond",
                                          written_fields,
                                          c};
  require(outbox_reader{wire::write_outbox(records, true)}.texts() == expected);
  std::vector<std::string> with_last = expected;
  with_last.insert(with_last.end(), {"otherwise", written_fields, c});
  require(outbox_reader{wire::write_outbox(records, false)}.texts() == with_last);
}

edge::root_task list(edge::host& host, edge::outcome_of<edge::operation::kv_list>& found) {
  found = co_await attempt(host.perform(edge::operation::kv_list{.prefix = "stream/", .cursor = ""}));
}

void check_result(pieces from) {
  edge::host host{
      {}, edge::entropy{std::string(64, 'e')}, edge::timestamp{std::chrono::seconds{1'790'000'000}}};
  edge::outcome_of<edge::operation::kv_list> found;
  const edge::root_task work = list(host, found);
  work.begin();
  const auto id = std::get<edge::issued_operation>(host.take_outbox().at(0)).id;

  const std::string cursor = from.next();
  std::string entries;
  std::vector<std::pair<std::string, std::string>> expected;
  while (!from.at_end()) {
    const auto& [key, metadata] = expected.emplace_back(from.next(), from.next());
    entries += counted(key) + counted(metadata);
  }
  const std::string message = number(static_cast<std::uint32_t>(expected.size())) + entries + counted(cursor);
  require(!wire::complete(host, id + 1, abi::failure::none, message));
  require(wire::complete(host, id, abi::failure::none, message));
  require(!wire::complete(host, id, abi::failure::none, message));
  require(work.finished() && found && found->cursor == cursor && found->entries.size() == expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    require(found->entries[i].key == expected[i].first && found->entries[i].metadata == expected[i].second);
  }
}

} // namespace

void fuzz::run(std::string_view input) {
  check_start(pieces{input});
  check_outbox(pieces{input});
  check_result(pieces{input});
}

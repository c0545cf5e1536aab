#include "wasm/messages.h"

#include "json/number.h"
#include "wasm/wire.h"

#include <algorithm>
#include <expected>

namespace wire {

namespace {

// Takes a text that ends with NUL away from `rest`.
std::string take_text(std::string_view& rest) {
  const std::size_t end = rest.find('\0');
  if (end == std::string_view::npos) {
    __builtin_trap();
  }
  std::string taken{rest.substr(0, end)};
  rest.remove_prefix(end + 1);
  return taken;
}

edge::headers headers_in(std::string_view texts) {
  edge::headers fields;
  while (!texts.empty()) {
    std::string name = take_text(texts);
    fields.add(std::move(name), take_text(texts));
  }
  return fields;
}

std::string texts_of(const edge::headers& fields) {
  std::string texts;
  for (const auto& [name, value] : fields) {
    // It would begin a header of its own.
    if (name.contains('\0') || value.contains('\0')) {
      __builtin_trap();
    }
    texts.append(name).append(1, '\0').append(value).append(1, '\0');
  }
  return texts;
}

void read(reader& in, edge::operation::fetch::result& result) {
  result.status = static_cast<int>(in.number());
  result.headers = headers_in(in.view());
  result.body = in.bytes();
}

void read(reader& in, std::string& result) { result = in.bytes(); }

void read(reader& in, bool& result) { result = in.number() != 0; }

void read(reader&, std::monostate&) {}

void read(reader& in, std::vector<edge::operation::kv_get::entry>& result) {
  for (std::uint32_t left = in.number(); left > 0; --left) {
    bool found = in.number() != 0;
    result.push_back({found, in.bytes()});
  }
}

void read(reader& in, edge::operation::lease::result& result) {
  for (std::string* field : {&result.holder, &result.request, &result.note, &result.value}) {
    *field = in.bytes();
  }
}

void read(reader& in, edge::operation::kv_list::result& result) {
  for (std::uint32_t left = in.number(); left > 0; --left) {
    std::string key = in.bytes();
    result.entries.push_back({std::move(key), in.bytes()});
  }
  result.cursor = in.bytes();
}

edge::error error_for(abi::failure failure) {
  using enum edge::error_kind;
  switch (failure) {
  case abi::failure::timeout: return {timeout, {}};
  case abi::failure::network: return {network, {}};
  case abi::failure::unavailable: return {unavailable, {}};
  case abi::failure::too_large: return {too_large, {}};
  case abi::failure::not_opened: return {not_opened, {}};
  case abi::failure::none: break;
  }
  __builtin_trap();
}

std::uint32_t whole(auto duration) { return static_cast<std::uint32_t>(duration.count()); }

// Only good answers are kept: an issuer that is down is asked again.
std::string platform_options(std::chrono::seconds cache) {
  if (cache == std::chrono::seconds{0}) {
    return "{}";
  }
  return R"({"cacheEverything":true,"cacheTtlByStatus":{"200-299":)" + json::decimal(cache.count()) + "}}";
}

// One record: its name and fields, in the order of abi.h.
class record_writer {
public:
  explicit record_writer(writer& out) : out_(out) {}

  void operator()(const edge::response& answer) { respond("respond", answer); }

  void operator()(const edge::last_resort& last) { respond("otherwise", last.answer); }

  void operator()(const edge::log_line& line) {
    begin("log", 1);
    out_.text(line.text);
  }

  void operator()(const edge::issued_operation& issued) {
    std::visit([&](const auto& what) { operation(issued.id, what); }, issued.what);
  }

private:
  void respond(std::string_view name, const edge::response& answer) {
    begin(name, 3);
    out_.number(static_cast<std::uint32_t>(answer.status));
    out_.text(texts_of(answer.headers));
    out_.bytes(answer.body);
  }

  void begin(std::string_view name, std::size_t fields) {
    out_.list(1 + fields);
    out_.text(name);
  }
  void begin(std::string_view name, std::size_t fields, edge::operation_id id) {
    begin(name, 1 + fields);
    out_.number(id);
  }

  void operation(edge::operation_id id, const edge::operation::fetch& what) {
    begin("fetch", 7, id);
    out_.text(what.method);
    out_.text(what.url);
    out_.text(texts_of(what.headers));
    out_.bytes(what.body);
    out_.number(whole(what.timeout));
    out_.number(what.body_limit);
    out_.text(platform_options(what.cache));
  }

  void operation(edge::operation_id id, const edge::operation::read_body& what) {
    begin("read_body", 1, id);
    out_.number(what.limit);
  }

  void operation(edge::operation_id id, const edge::operation::kv_get& what) {
    begin("kv_get", 1, id);
    texts(what.keys);
  }

  void operation(edge::operation_id id, const edge::operation::kv_put& what) {
    begin("kv_put", 4, id);
    out_.text(what.key);
    out_.bytes(what.value);
    out_.text(what.metadata.empty() ? "null" : what.metadata);
    out_.number(whole(what.expiry));
  }

  void operation(edge::operation_id id, const edge::operation::kv_remove& what) {
    begin("kv_remove", 1, id);
    out_.text(what.key);
  }

  void operation(edge::operation_id id, const edge::operation::kv_list& what) {
    begin("kv_list", 3, id);
    out_.text(what.prefix);
    out_.text(what.cursor);
    out_.number(what.limit);
  }

  void operation(edge::operation_id id, const edge::operation::seal& what) {
    sealing("seal", id, what.key, what.associated_data, what.plain);
  }

  void operation(edge::operation_id id, const edge::operation::open& what) {
    sealing("open", id, what.key, what.associated_data, what.sealed);
  }

  void operation(edge::operation_id id, const edge::operation::verify& what) {
    begin("verify", 4, id);
    out_.text(what.algorithm);
    out_.text(what.key);
    out_.bytes(what.data);
    out_.bytes(what.signature);
  }

  void operation(edge::operation_id id, const edge::operation::sign& what) {
    begin("sign", 4, id);
    out_.text(what.algorithm);
    out_.text(what.format);
    out_.bytes(what.key);
    out_.bytes(what.data);
  }

  void operation(edge::operation_id id, const edge::operation::sleep& what) {
    begin("sleep", 1, id);
    out_.number(whole(what.duration));
  }

  void operation(edge::operation_id id, const edge::operation::lease& what) {
    begin("lease", 7, id);
    for (const std::string* field : {&what.name, &what.step, &what.holder, &what.request, &what.text}) {
      out_.text(*field);
    }
    out_.number(whole(what.held));
    out_.number(whole(what.kept));
  }

  void operation(edge::operation_id id, const edge::operation::limit& what) {
    begin("limit", 1, id);
    out_.text(what.key);
  }

  void operation(edge::operation_id id, const edge::operation::room& what) {
    if (what.tags.empty()) {
      begin("tell", 6, id);
    } else {
      begin("join", 7, id);
    }
    out_.text(what.name);
    out_.text(json::decimal(what.version));
    out_.number(what.live ? 1 : 0);
    out_.list(what.messages.size());
    for (const auto& [role, text] : what.messages) {
      out_.list(2);
      out_.text(role);
      out_.text(text);
    }
    if (what.tags.empty()) {
      out_.text(what.closing);
      out_.number(what.code);
      return;
    }
    out_.text(what.viewer);
    out_.text(json::decimal(what.until));
    texts(what.tags);
  }

  void operation(edge::operation_id id, const edge::operation::wake& what) {
    begin("wake", 4, id);
    out_.text(what.name);
    out_.text(what.what);
    out_.text(json::decimal(what.at));
    out_.text(what.memory);
  }

  void operation(edge::operation_id id, const edge::operation::pace& what) {
    begin("pace", 4, id);
    out_.text(what.name);
    out_.number(whole(what.gap));
    out_.number(what.burst);
    out_.number(whole(what.longest));
  }

  void operation(edge::operation_id id, const edge::operation::measure& what) {
    begin("measure", 1, id);
    out_.list(what.points.size());
    for (const auto& point : what.points) {
      out_.list(2);
      texts(point.texts);
      out_.list(point.numbers.size());
      for (std::uint32_t number : point.numbers) {
        out_.number(number);
      }
    }
  }

  void texts(const std::vector<std::string>& all) {
    out_.list(all.size());
    for (const std::string& each : all) {
      out_.text(each);
    }
  }

  void sealing(std::string_view name, edge::operation_id id, std::string_view key,
               std::string_view associated_data, std::string_view content) {
    begin(name, 3, id);
    out_.bytes(key);
    out_.bytes(associated_data);
    out_.bytes(content);
  }

  writer& out_;
};

} // namespace

beginning read_start(std::string_view message) {
  reader in{message};
  beginning begin{.random = edge::entropy{in.bytes()}, .settings = {}, .request = {}};
  for (reader settings{in.view()}; !settings.at_end();) {
    std::string name = settings.bytes();
    begin.settings.set(std::move(name), settings.bytes());
  }
  std::string_view head = in.view();
  begin.request.method = take_text(head);
  begin.request.url = take_text(head);
  begin.request.headers = headers_in(head);
  return begin;
}

bool complete(edge::host& host, edge::operation_id id, abi::failure failure, std::string_view result) {
  return host.complete(id, [&](auto& outcome) {
    if (failure != abi::failure::none) {
      outcome = std::unexpected(error_for(failure));
      return;
    }
    reader in{result};
    outcome.emplace();
    read(in, *outcome);
  });
}

std::string write_outbox(const std::vector<edge::outgoing>& records, bool answered) {
  const auto is_needed = [answered](const edge::outgoing& each) {
    return !answered || !std::holds_alternative<edge::last_resort>(each);
  };
  writer out;
  out.list(static_cast<std::size_t>(std::ranges::count_if(records, is_needed)));
  for (const edge::outgoing& each : records) {
    if (is_needed(each)) {
      std::visit(record_writer{out}, each);
    }
  }
  return out.take();
}

} // namespace wire

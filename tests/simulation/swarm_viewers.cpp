// Those of the swarm's people who watch, and the owners who say who may.
#include "simulation/swarm_people.h"
#include "simulation/swarm_text.h"

#include <array>
#include <chrono>
#include <string_view>
#include <utility>

namespace simulation {

namespace {

// KV may show for so long that the stream was public.
constexpr std::chrono::minutes kv_is_stale_for{1};

} // namespace

asked swarm_people::look(const context& with, std::string who, std::string authorization) {
  constexpr std::array<std::string_view, 3> paths{"/playback", "/recordings", "/calendar"};
  asked made = by_owner(with, "", "GET", std::string{paths.at(with.chance.below(paths.size()))});
  made.what = std::move(who) + " looks at stream " + stream(with).id;
  made.request.headers = {};
  if (!authorization.empty()) {
    made.request.headers.add("authorization", std::move(authorization));
  }
  return made;
}

// Nobody without a right is shown a private stream.
asked swarm_people::refused_if_private(const context& with, asked made) {
  made.learn = [this, at = with.at](const edge::response& answer) {
    const auto& since = streams_[at].private_since;
    if (answer.status < 300 && since && around_.now() > *since + kv_is_stale_for) {
      around_.violated("a private stream was shown to somebody without a right: " + streams_[at].id);
    }
  };
  return made;
}

std::optional<asked> swarm_people::watch(const context& with) {
  return refused_if_private(with, look(with, "a viewer", ""));
}

std::optional<asked> swarm_people::watch_as_stranger(const context& with) {
  const std::size_t other = (stream(with).owner + 1) % owners;
  const edge::request signed_in = request_of(name_of_owner(other), "GET", "");
  return refused_if_private(
      with, look(with, "another owner", std::string{signed_in.headers.find("authorization").value_or("")}));
}

// With an invite of this stream, or of another one that gives no right to watch this.
std::optional<asked> swarm_people::watch_by_invite(const context& with) {
  const auto from = with.chance.below(static_cast<std::uint32_t>(streams_.size()));
  const known_stream& of = with.chance.one_in(3) ? streams_[from] : stream(with);
  if (of.viewers.empty()) {
    return invite_viewer(with);
  }
  asked made =
      look(with, "somebody with an invite of stream " + of.id, "Bearer " + one_of(with.chance, of.viewers));
  return &of == &stream(with) ? made : refused_if_private(with, std::move(made));
}

std::optional<asked> swarm_people::invite_viewer(const context& with) {
  asked made =
      by_owner(with, "invites a viewer", "POST", "/invites", R"({"purpose":"watch","expiresIn":36000})");
  made.learn = [this, at = with.at](const edge::response& answer) {
    if (answer.status == 201) {
      streams_[at].invites.push_back(text_in(answer, {"invite", "id"}));
      streams_[at].viewers.push_back(text_in(answer, {"invite", "token"}));
    }
  };
  return made;
}

std::optional<asked> swarm_people::change_visibility(const context& with) {
  const std::string wanted = with.chance.one_in(3) ? "public" : "private";
  asked made = by_owner(with, "makes it " + wanted, "PATCH", "", R"({"visibility":")" + wanted + "\"}");
  // What two ask for at the same time may become either.
  const std::size_t turn = ++stream(with).changes_of_visibility;
  stream(with).private_since.reset();
  made.learn = [this, at = with.at, turn](const edge::response& answer) {
    known_stream& of = streams_[at];
    const bool is_last = of.changes_of_visibility == turn;
    if (is_last && answer.status == 200 && text_in(answer, {"stream", "visibility"}) == "private") {
      of.private_since = around_.now();
    }
  };
  return made;
}

} // namespace simulation

#include "peer_connection.h"

#include "random_text.h"

#include <agent.h>
#include <gio/gio.h>
#include <ifaddrs.h>
#include <utility>

namespace relay {

namespace {

// webrtcbin answers within milliseconds; gathering takes one round trip to the STUN server.
constexpr milliseconds answer_limit{10'000};
constexpr milliseconds gathering_limit{1000};

using weak_peer = std::weak_ptr<peer_connection>;
void release_held(gpointer data) { std::default_delete<weak_peer>{}(static_cast<weak_peer*>(data)); }

bool is_own_address(const std::string& address) {
  ifaddrs* list = nullptr;
  if (getifaddrs(&list) != 0) {
    return false;
  }
  const std::unique_ptr<ifaddrs, freed_by<freeifaddrs>> kept{list};
  const object_ptr<GInetAddress> wanted{g_inet_address_new_from_string(address.c_str())};
  if (!wanted) {
    return false;
  }
  for (const ifaddrs* each = list; each != nullptr; each = each->ifa_next) {
    if (each->ifa_addr == nullptr) {
      continue;
    }
    bool v4 = each->ifa_addr->sa_family == AF_INET;
    if (!v4 && each->ifa_addr->sa_family != AF_INET6) {
      continue;
    }
    const object_ptr<GSocketAddress> native{
        g_socket_address_new_from_native(each->ifa_addr, v4 ? sizeof(sockaddr_in) : sizeof(sockaddr_in6))};
    if (g_inet_address_equal(g_inet_socket_address_get_address(G_INET_SOCKET_ADDRESS(native.get())),
                             wanted.get())) {
      return true;
    }
  }
  return false;
}

object_ptr<GObject> ice_of(GstElement* bin) {
  GObject* ice = nullptr;
  g_object_get(bin, "ice-agent", &ice, nullptr);
  return object_ptr<GObject>{ice};
}

object_ptr<NiceAgent> agent_of(GstElement* bin) {
  NiceAgent* agent = nullptr;
  g_object_get(ice_of(bin).get(), "agent", &agent, nullptr);
  return object_ptr<NiceAgent>{agent};
}

// Everything is bundled, so there is one stream with one component.
constexpr guint stream = 1;
constexpr guint component = NICE_COMPONENT_TYPE_RTP;

} // namespace

std::shared_ptr<peer_connection> peer_connection::make(gst_ptr<GstElement> webrtcbin,
                                                       const configuration& settings) {
  std::shared_ptr<peer_connection> made{new peer_connection{std::move(webrtcbin), settings}};
  made->watch();
  return made;
}

peer_connection::peer_connection(gst_ptr<GstElement> webrtcbin, const configuration& settings)
    : bin_(std::move(webrtcbin)), etag_('"' + random_text() + '"') {
  auto ice = ice_of(bin_.get());
  // TCP would need separate open ports. Clients that cannot use UDP come through a TURN server.
  g_object_set(ice.get(), "ice-tcp", FALSE, nullptr);
  if (settings.udp_ports) {
    g_object_set(ice.get(), "min-rtp-port", guint{settings.udp_ports->first}, "max-rtp-port",
                 guint{settings.udp_ports->last}, nullptr);
  }
  if (settings.public_address && is_own_address(*settings.public_address)) {
    gboolean added = FALSE;
    g_signal_emit_by_name(ice.get(), "add-local-ip-address", settings.public_address->c_str(), &added);
  } else {
    rewritten_address_ = settings.public_address;
  }
  for (const std::string& each : settings.ice_servers) {
    if (each.starts_with("stun:") && !settings.public_address) {
      g_object_set(bin_.get(), "stun-server", ("stun://" + each.substr(5)).c_str(), nullptr);
    }
  }
}

void peer_connection::watch() {
  auto on_gathering = [](GObject*, GParamSpec*, gpointer data) {
    post([self = *static_cast<weak_peer*>(data)] {
      if (auto kept = self.lock(); kept && kept->done_ && kept->gathered()) {
        kept->finish();
      }
    });
  };
  auto on_connection = [](GObject*, GParamSpec*, gpointer data) {
    post([self = *static_cast<weak_peer*>(data)] {
      if (auto kept = self.lock()) {
        kept->read_connection();
      }
    });
  };
  using callback = void (*)(GObject*, GParamSpec*, gpointer);
  for (auto [signal, handler] :
       {std::pair<const char*, callback>{"notify::ice-gathering-state", on_gathering},
        {"notify::connection-state", on_connection}}) {
    g_signal_connect_data(
        bin_.get(), signal, G_CALLBACK(handler), std::make_unique<weak_peer>(weak_from_this()).release(),
        [](gpointer data, GClosure*) { release_held(data); }, G_CONNECT_DEFAULT);
  }
}

// A promise that calls the next step on the main loop with what webrtcbin replied.
GstPromise* peer_connection::promise(step next) {
  struct waiting {
    weak_peer self;
    step next;
  };
  auto on_change = [](GstPromise* kept, gpointer data) {
    auto* then = static_cast<waiting*>(data);
    const GstStructure* reply =
        gst_promise_wait(kept) == GST_PROMISE_RESULT_REPLIED ? gst_promise_get_reply(kept) : nullptr;
    auto copy = std::make_shared<structure_ptr>(reply == nullptr ? nullptr : gst_structure_copy(reply));
    post([self = then->self, next = then->next, copy] {
      if (auto found = self.lock(); found && found->done_) {
        ((*found).*next)(std::move(*copy));
      }
    });
  };
  return gst_promise_new_with_change_func(
      on_change, std::make_unique<waiting>(weak_from_this(), next).release(),
      [](gpointer data) { std::default_delete<waiting>{}(static_cast<waiting*>(data)); });
}

namespace {

using promise_ptr = std::unique_ptr<GstPromise, freed_by<gst_promise_unref>>;

bool refused(const GstStructure* reply) {
  return reply != nullptr && gst_structure_has_field(reply, "error");
}

} // namespace

void peer_connection::answer(offer&& from, answered done) {
  done_ = std::move(done);
  mid_ = from.mid;
  media_ = from.media;
  remote_ufrag_ = from.ufrag;
  deadline_ = timer::once(answer_limit, [self = weak_from_this()] {
    if (auto kept = self.lock()) {
      kept->give_up();
    }
  });
  const description_ptr description{
      gst_webrtc_session_description_new(GST_WEBRTC_SDP_TYPE_OFFER, from.sdp.release())};
  const promise_ptr next{promise(&peer_connection::create_answer)};
  g_signal_emit_by_name(bin_.get(), "set-remote-description", description.get(), next.get());
}

void peer_connection::create_answer(structure_ptr reply) {
  if (refused(reply.get())) {
    return fail();
  }
  const promise_ptr next{promise(&peer_connection::set_local)};
  g_signal_emit_by_name(bin_.get(), "create-answer", nullptr, next.get());
}

void peer_connection::set_local(structure_ptr reply) {
  GstWebRTCSessionDescription* given = nullptr;
  if (reply && !refused(reply.get())) {
    gst_structure_get(reply.get(), "answer", GST_TYPE_WEBRTC_SESSION_DESCRIPTION, &given, nullptr);
  }
  if (given == nullptr) {
    return fail();
  }
  const description_ptr description{given};
  const promise_ptr next{promise(&peer_connection::gather)};
  g_signal_emit_by_name(bin_.get(), "set-local-description", description.get(), next.get());
}

void peer_connection::gather(structure_ptr reply) {
  if (refused(reply.get())) {
    return fail();
  }
  if (gathered()) {
    return finish();
  }
  // A silent STUN server must not delay the answer: use what was gathered by then.
  deadline_ = timer::once(gathering_limit, [self = weak_from_this()] {
    if (auto kept = self.lock()) {
      kept->finish();
    }
  });
}

bool peer_connection::gathered() const {
  GstWebRTCICEGatheringState state{};
  g_object_get(bin_.get(), "ice-gathering-state", &state, nullptr);
  return state == GST_WEBRTC_ICE_GATHERING_STATE_COMPLETE;
}

void peer_connection::finish() {
  deadline_.stop();
  auto done = std::exchange(done_, nullptr);
  std::string text = local_description();
  if (done) {
    done(std::move(text));
  }
}

// A machine that is too busy is no fault of the offer: the client tries again.
void peer_connection::give_up() {
  if (auto done = std::exchange(done_, nullptr)) {
    done(std::unexpected{edge::problem{.status = 503,
                                       .type = "relay-overloaded",
                                       .title = "Relay is overloaded",
                                       .detail = "The relay could not answer in time. Try again.",
                                       .headers = {{"retry-after", "2"}}}});
  }
}

void peer_connection::fail() {
  deadline_.stop();
  if (auto done = std::exchange(done_, nullptr)) {
    done(std::unexpected{edge::problem{.status = 422,
                                       .type = "unacceptable-offer",
                                       .title = "Unacceptable offer",
                                       .detail = "The media engine could not answer this offer."}});
  }
}

std::string peer_connection::as_seen_from_outside(std::string_view candidate) const {
  return rewritten_address_ ? with_public_address(candidate, *rewritten_address_) : std::string{candidate};
}

// Adds to the answer what webrtcbin does not know or omits: our public address behind a router, and the H.264
// profile, which must match the offer's (RFC 6184, section 8.2.2).
void peer_connection::correct(GstSDPMedia* section, const offered_media& offered) const {
  std::string format = std::to_string(offered.payload_type) + ' ';
  for (guint i = 0; i < gst_sdp_media_attributes_len(section); ++i) {
    const GstSDPAttribute* line = gst_sdp_media_get_attribute(section, i);
    std::string_view key = line->key;
    std::string value = line->value == nullptr ? "" : line->value;
    if (key == "candidate") {
      constexpr std::string_view name = "candidate:";
      value = as_seen_from_outside(value.insert(0, name)).substr(name.size());
    } else if (key == "fmtp" && value.starts_with(format) && !offered.profile.empty()) {
      value = format;
      value.append("level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=")
          .append(offered.profile);
    } else {
      continue;
    }
    GstSDPAttribute changed{};
    gst_sdp_attribute_set(&changed, std::string{key}.c_str(), value.c_str());
    gst_sdp_media_replace_attribute(section, i, &changed);
  }
}

std::string peer_connection::local_description() const {
  GstWebRTCSessionDescription* given = nullptr;
  g_object_get(bin_.get(), "local-description", &given, nullptr);
  if (given == nullptr) {
    return {};
  }
  const description_ptr description{given};
  guint sections = gst_sdp_message_medias_len(description->sdp);
  for (guint i = 0; i < sections && i < media_.size(); ++i) {
    correct(const_cast<GstSDPMedia*>(gst_sdp_message_get_media(description->sdp, i)), media_[i]);
  }
  return text_ptr{gst_sdp_message_as_text(description->sdp)}.get();
}

void peer_connection::read_connection() {
  GstWebRTCPeerConnectionState state{};
  g_object_get(bin_.get(), "connection-state", &state, nullptr);
  connected_ = state == GST_WEBRTC_PEER_CONNECTION_STATE_CONNECTED;
}

void peer_connection::add_candidates(const ice_fragment& fragment) {
  for (const std::string& each : fragment.candidates) {
    g_signal_emit_by_name(bin_.get(), "add-ice-candidate", 0U, each.c_str());
  }
}

bool peer_connection::is_restart(const ice_fragment& fragment) const {
  return !fragment.ufrag.empty() && fragment.ufrag != remote_ufrag_;
}

// webrtcbin 1.22 cannot restart ICE, but its ICE agent can. DTLS continues unchanged.
std::optional<ice_fragment> peer_connection::restart(const ice_fragment& fragment) {
  auto agent = agent_of(bin_.get());
  if (!agent || !nice_agent_restart_stream(agent.get(), stream)) {
    return std::nullopt;
  }
  gchar* ufrag = nullptr;
  gchar* password = nullptr;
  if (!nice_agent_get_local_credentials(agent.get(), stream, &ufrag, &password)) {
    return std::nullopt;
  }
  ice_fragment ours{.ufrag = text_ptr{ufrag}.get(),
                    .password = text_ptr{password}.get(),
                    .candidates = {},
                    .complete = true};
  nice_agent_set_remote_credentials(agent.get(), stream, fragment.ufrag.c_str(), fragment.password.c_str());

  GSList* candidates = nice_agent_get_local_candidates(agent.get(), stream, component);
  for (GSList* each = candidates; each != nullptr; each = each->next) {
    const text_ptr line{
        nice_agent_generate_local_candidate_sdp(agent.get(), static_cast<NiceCandidate*>(each->data))};
    std::string_view candidate = line.get();
    if (candidate.starts_with("a=")) {
      candidate.remove_prefix(2);
    }
    ours.candidates.push_back(as_seen_from_outside(candidate));
  }
  g_slist_free_full(candidates,
                    [](gpointer each) { nice_candidate_free(static_cast<NiceCandidate*>(each)); });

  etag_ = '"' + random_text() + '"';
  remote_ufrag_ = fragment.ufrag;
  add_candidates(fragment);
  return ours;
}

} // namespace relay

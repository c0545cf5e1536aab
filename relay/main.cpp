// The relay: WHIP in, RTMP out. See docs/relay.md.
#include "api.h"
#include "broadcasts.h"
#include "configuration.h"
#include "http_server.h"
#include "log.h"
#include "main_loop.h"
#include "metrics.h"
#include "pipeline.h"
#include "worker_client.h"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <gio/gio.h>
#include <glib-unix.h>
#include <gst/gst.h>
#include <string>

namespace {

using namespace relay;

// The exit status for a fault that a restart cannot fix (EX_CONFIG in sysexits.h).
constexpr int configuration_fault = 78;

std::optional<std::string> variable(std::string_view name) {
  const char* value = g_getenv(std::string{name}.c_str());
  return value == nullptr ? std::nullopt : std::optional<std::string>{value};
}

void complain(const std::string& what) { (void)std::fputs(("relay: " + what + '\n').c_str(), stderr); }

bool has_elements() {
  struct element {
    const char* name;
    const char* package;
  };
  constexpr std::array<element, 11> needed{{{"webrtcbin", "gstreamer1.0-plugins-bad"},
                                            {"nicesrc", "gstreamer1.0-nice"},
                                            {"rtmp2sink", "gstreamer1.0-plugins-bad"},
                                            {"h264parse", "gstreamer1.0-plugins-bad"},
                                            {"flvmux", "gstreamer1.0-plugins-good"},
                                            {"rtph264depay", "gstreamer1.0-plugins-good"},
                                            {"vp8dec", "gstreamer1.0-plugins-good"},
                                            {"opusdec", "gstreamer1.0-plugins-base"},
                                            {"videoscale", "gstreamer1.0-plugins-base"},
                                            {"x264enc", "gstreamer1.0-plugins-ugly"},
                                            {"avenc_aac", "gstreamer1.0-libav"}}};
  bool all = true;
  for (const element& each : needed) {
    const gst_ptr<GstElementFactory> found{gst_element_factory_find(each.name)};
    if (found) {
      continue;
    }
    complain(std::string{"GStreamer lacks "} + each.name + ": install " + each.package);
    all = false;
  }
  return all;
}

bool trust(const configuration& settings) {
  if (!settings.ca_file) {
    return true;
  }
  GError* error = nullptr;
  const object_ptr<GTlsDatabase> database{g_tls_file_database_new(settings.ca_file->c_str(), &error)};
  if (error != nullptr) {
    const error_ptr held{error};
    complain("RELAY_CA_FILE must be a readable file of PEM certificates");
    return false;
  }
  g_tls_backend_set_default_database(g_tls_backend_get_default(), database.get());
  return true;
}

// Refuses new broadcasts, waits for current ones, then ends them. A second signal skips the wait.
class shutdown {
public:
  shutdown(GMainLoop* loop, broadcasts& all, const configuration& settings)
      : loop_(loop), broadcasts_(all), settings_(settings) {}

  void begin() {
    if (std::exchange(begun_, true)) {
      return broadcasts_.finish_all();
    }
    log("draining", json::object().set("atMostSeconds", settings_.drain.count()));
    patience_ = timer::once(settings_.drain, [this] { broadcasts_.finish_all(); });
    broadcasts_.drain([this] { g_main_loop_quit(loop_); });
  }

private:
  GMainLoop* loop_;
  broadcasts& broadcasts_;
  const configuration& settings_;
  timer patience_;
  bool begun_ = false;
};

gboolean on_signal(gpointer data) {
  static_cast<shutdown*>(data)->begin();
  return G_SOURCE_CONTINUE;
}

int serve(const configuration& settings) {
  using loop_ptr = std::unique_ptr<GMainLoop, freed_by<g_main_loop_unref>>;
  const loop_ptr loop{g_main_loop_new(nullptr, FALSE)};
  metrics counted;
  worker_client worker{settings};
  broadcasts all{settings, worker, counted};
  api surface{settings, all, counted};
  http_server server{[&](const http_request& asked, const http_server::respond& respond) {
    surface.handle(asked, respond);
  }};
  auto port = server.listen(settings.listen_host, settings.listen_port);
  if (!port) {
    complain(
        "RELAY_LISTEN: cannot listen; the port is taken, or the address does not belong to this machine");
    return configuration_fault;
  }
  std::uint64_t bytes_before = 0;
  const timer rate = timer::every(milliseconds{1000}, [&] {
    std::uint64_t bytes = counted.video_bytes + counted.audio_bytes;
    counted.received_bits_per_second = (bytes - std::exchange(bytes_before, bytes)) * 8;
  });
  shutdown ending{loop.get(), all, settings};
  g_unix_signal_add(SIGTERM, on_signal, &ending);
  g_unix_signal_add(SIGINT, on_signal, &ending);
  log("listening", json::object().set("address", settings.listen_host).set("port", *port));
  g_main_loop_run(loop.get());
  log("stopped");
  return EXIT_SUCCESS;
}

} // namespace

int main() {
  auto settings = read_configuration(variable);
  if (!settings) {
    for (const std::string& fault : settings.error()) {
      complain(fault);
    }
    return configuration_fault;
  }
  // GStreamer's debug output would contain the addresses of destinations.
  for (const char* name : {"GST_DEBUG", "GST_DEBUG_FILE", "GST_DEBUG_DUMP_DOT_DIR"}) {
    g_unsetenv(name);
  }
  gst_init(nullptr, nullptr);
  gst_debug_set_active(FALSE);
  (void)pipeline::time(); // starts the shared time
  if (!has_elements() || !trust(*settings)) {
    return configuration_fault;
  }
  int status = serve(*settings);
  // Skips the libraries' destructors, because some of their threads may still be running.
  (void)std::fflush(nullptr);
  std::_Exit(status);
}

#include "rtmp_connection.h"

#include <gst/app/gstappsrc.h>
#include <utility>

namespace relay {

namespace {

// The most data that may wait for the server, in addition to the kernel's buffers.
constexpr guint64 most_bytes = 8'000'000;
constexpr GstClockTime longest = 10 * GST_SECOND;

// min-latency makes the muxer wait for the audio of each frame, so that its output is in time order.
#define SOURCE(name)                                                                                         \
  "appsrc name=" name " format=time is-live=true min-latency=500000000 max-bytes=0 ! mux." name " "
constexpr std::string_view silent =
    "flvmux name=mux streamable=true ! rtmp2sink name=sink sync=false async=false " SOURCE("video");
constexpr std::string_view with_sound =
    "flvmux name=mux streamable=true ! rtmp2sink name=sink sync=false async=false " SOURCE("video")
        SOURCE("audio");
#undef SOURCE

} // namespace

rtmp_connection::rtmp_connection(const destination& to, bool with_audio, GstClockTime origin,
                                 events listeners)
    : origin_(origin), pipeline_(with_audio ? with_sound : silent, {.failed = std::move(listeners.failed),
                                                                    .ended = std::move(listeners.ended)}),
      video_(pipeline_.find("video")), audio_(pipeline_.find("audio")) {
  const auto sink = pipeline_.find("sink");
  std::string key{to.stream_key.text()};
  gst_util_set_object_arg(G_OBJECT(sink.get()), "scheme", to.tls ? "rtmps" : "rtmp");
  g_object_set(sink.get(), "host", to.host.c_str(), "port", guint{to.port}, "application",
               to.application.c_str(), "stream", key.c_str(), nullptr);
  pipeline_.play(origin);
}

bool rtmp_connection::push(const media_sample& what) {
  GstElement* into = what.track == track::h264 ? video_.get() : audio_.get();
  if (into == nullptr || what.time < origin_) {
    return true;
  }
  GstAppSrc* source = GST_APP_SRC(into);
  if (gst_app_src_get_current_level_bytes(source) > most_bytes ||
      gst_app_src_get_current_level_time(source) > longest) {
    return false;
  }
  gst_app_src_push_sample(GST_APP_SRC(into), shifted(what, origin_).get());
  return true;
}

void rtmp_connection::finish() {
  for (GstElement* each : {video_.get(), audio_.get()}) {
    if (each != nullptr) {
      gst_app_src_end_of_stream(GST_APP_SRC(each));
    }
  }
}

std::uint64_t rtmp_connection::bytes_sent() const {
  GstStructure* given = nullptr;
  g_object_get(pipeline_.find("sink").get(), "stats", &given, nullptr);
  const structure_ptr stats{given};
  guint64 bytes = 0;
  if (stats) {
    gst_structure_get_uint64(stats.get(), "out-bytes-total", &bytes);
  }
  return bytes;
}

} // namespace relay

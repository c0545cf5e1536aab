#include "rtmp_connection.h"

#include <utility>

namespace relay {

namespace {

// The most that may wait for the server, of picture and of sound each, in addition to the kernel's buffers:
// ten seconds of sound. Frames are counted and not their time, which a pause of the publisher makes long.
constexpr guint64 most_bytes = 8'000'000;
constexpr guint64 most_frames = 500;

// min-latency makes the muxer wait for the sound of each frame, or for the silence in its place, so that its
// output is in time order. It waits so long only while the picture is missing.
#define SOURCE(name, caps)                                                                                   \
  "appsrc name=" name " format=time is-live=true min-latency=3000000000 max-bytes=0 " caps " ! mux." name " "
// Sound has one format, so that silence does not change it: AAC-LC at 48 kHz in stereo.
constexpr std::string_view sender_elements =
    "flvmux name=mux streamable=true ! rtmp2sink name=sink sync=false async=false " SOURCE("video", "")
        SOURCE("audio", "caps=audio/mpeg,mpegversion=4,stream-format=raw,framed=true,rate=48000,channels=2,"
                        "codec_data=(buffer)1190");
#undef SOURCE

} // namespace

bool is_full(GstAppSrc* queue) {
  return gst_app_src_get_current_level_bytes(queue) > most_bytes ||
         gst_app_src_get_current_level_buffers(queue) > most_frames;
}

rtmp_connection::rtmp_connection(const destination& to, GstClockTime origin, events listeners)
    : origin_(origin), silence_(origin), pipeline_(sender_elements, {.failed = std::move(listeners.failed),
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
  if (what.decode_time < origin_) {
    return true;
  }
  if (what.track == track::h264) {
    silence_.see_picture(what.decode_time);
    return fill() && send(what);
  }
  if (!silence_.see_sound(what.time)) {
    return true;
  }
  if (!fill()) {
    return false;
  }
  silence_.wrote_sound(what.time);
  return send(what);
}

bool rtmp_connection::fill() {
  while (auto time = silence_.next()) {
    if (!send(silence::sample(*time))) {
      return false;
    }
  }
  return true;
}

bool rtmp_connection::send(const media_sample& what) {
  const bool picture = what.track == track::h264;
  GstAppSrc* into = GST_APP_SRC(picture ? video_.get() : audio_.get());
  if (is_full(into)) {
    return false;
  }
  const sample_ptr sample = shifted(what, origin_);
  if (picture) {
    gst_app_src_push_sample(into, sample.get());
  } else {
    gst_app_src_push_buffer(into, gst_buffer_ref(gst_sample_get_buffer(sample.get())));
  }
  return true;
}

void rtmp_connection::finish() {
  for (GstElement* each : {video_.get(), audio_.get()}) {
    gst_app_src_end_of_stream(GST_APP_SRC(each));
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

#include "publisher_session.h"

#include <gst/app/gstappsink.h>
#include <gst/video/video.h>
#include <string>
#include <utility>

namespace relay {

namespace {

using weak_publisher = std::weak_ptr<publisher_session>;

// Receives; packets wait up to `latency` milliseconds for retransmissions.
constexpr const char* receiver = "webrtcbin name=peer bundle-policy=max-bundle latency=200";

// A sink that never blocks its upstream. It holds 256 frames: about eight seconds of a busy main loop.
#define SINK(name) "appsink name=" name " sync=false async=false max-buffers=256 drop=true "
#define FRAMES " h264parse ! video/x-h264,stream-format=avc,alignment=au ! " SINK("h264")

constexpr const char* copied_video = "rtph264depay wait-for-keyframe=true request-keyframe=true ! " FRAMES;
// If the CPU is too slow, frames are dropped before encoding, so the queue stays short. 4:2:0 pictures have
// an even width and height: odd ones are scaled to the nearest even size of the same shape. Key frames are
// sent only on request, and none where the scene changes.
constexpr const char* encoded_video =
    "rtpvp8depay wait-for-keyframe=true request-keyframe=true ! vp8dec ! "
    "queue leaky=downstream max-size-buffers=5 max-size-bytes=0 max-size-time=0 ! videoconvert ! "
    "videoscale add-borders=false ! "
    "video/x-raw,width=[2,16384,2],height=[2,16384,2],pixel-aspect-ratio=1/1 ! "
    "x264enc tune=zerolatency speed-preset=veryfast bitrate=2500 key-int-max=600 option-string=scenecut=0 ! "
    "video/x-h264,profile=constrained-baseline ! " FRAMES;
// Where sound is missing for longer than the decoder can conceal, the RTMP connection writes silence.
constexpr const char* audio =
    "rtpopusdepay ! tee name=opus_tee ! opusdec plc=true use-inband-fec=true ! audioconvert ! audioresample "
    "! audio/x-raw,rate=48000,channels=2 ! avenc_aac "
    "bitrate=128000 ! "
    "aacparse ! audio/mpeg,mpegversion=4,stream-format=raw ! " SINK("aac") "opus_tee. ! " SINK("opus");
#undef FRAMES
#undef SINK

const char* name_of(track which) {
  switch (which) {
  case track::h264: return "h264";
  case track::aac: return "aac";
  case track::opus: return "opus";
  }
  std::unreachable();
}

const char* elements_for(std::string_view encoding) {
  if (encoding == "H264") {
    return copied_video;
  }
  if (encoding == "VP8") {
    return encoded_video;
  }
  return encoding == "OPUS" ? audio : nullptr;
}

void tell_of_samples(GstBin* bin, track which, const weak_publisher& self) {
  const gst_ptr<GstElement> sink{gst_bin_get_by_name(bin, name_of(which))};
  if (!sink) {
    return;
  }
  struct target {
    weak_publisher self;
    track which;
  };
  GstAppSinkCallbacks callbacks{};
  callbacks.new_sample = [](GstAppSink*, gpointer data) {
    post([to = *static_cast<target*>(data)] {
      if (auto kept = to.self.lock()) {
        kept->drain(to.which);
      }
    });
    return GST_FLOW_OK;
  };
  gst_app_sink_set_callbacks(
      GST_APP_SINK(sink.get()), &callbacks, std::make_unique<target>(self, which).release(),
      [](gpointer data) { std::default_delete<target>{}(static_cast<target*>(data)); });
}

// Marks our own requests for key frames among those of elements that miss packets.
constexpr guint our_request = 1;

GstPadProbeReturn on_key_frame_wanted(GstPad*, GstPadProbeInfo* info, gpointer data) {
  GstEvent* event = gst_pad_probe_info_get_event(info);
  guint count = our_request;
  if (gst_video_event_is_force_key_unit(event) == FALSE ||
      gst_video_event_parse_upstream_force_key_unit(event, nullptr, nullptr, &count) == FALSE ||
      count == our_request) {
    return GST_PAD_PROBE_OK;
  }
  post([self = *static_cast<weak_publisher*>(data)] {
    if (auto kept = self.lock()) {
      kept->want_key_frame();
    }
  });
  return GST_PAD_PROBE_DROP;
}

// Runs on one of webrtcbin's threads: touches nothing but elements.
void attach(GstElement* peer, GstPad* pad, const weak_publisher& self) {
  if (gst_pad_get_direction(pad) != GST_PAD_SRC) {
    return;
  }
  caps_ptr caps{gst_pad_get_current_caps(pad)};
  if (!caps) {
    caps.reset(gst_pad_query_caps(pad, nullptr));
  }
  const char* encoding = gst_structure_get_string(gst_caps_get_structure(caps.get(), 0), "encoding-name");
  const char* elements = elements_for(encoding == nullptr ? "" : encoding);
  GstElement* branch =
      gst_parse_bin_from_description(elements == nullptr ? "fakesink async=false" : elements, TRUE, nullptr);
  for (track each : {track::h264, track::aac, track::opus}) {
    tell_of_samples(GST_BIN(branch), each, self);
  }
  const gst_ptr<GstObject> parent{gst_element_get_parent(peer)};
  gst_bin_add(GST_BIN(parent.get()), branch);
  gst_element_sync_state_with_parent(branch);
  const gst_ptr<GstPad> into{gst_element_get_static_pad(branch, "sink")};
  gst_pad_add_probe(into.get(), GST_PAD_PROBE_TYPE_EVENT_UPSTREAM, on_key_frame_wanted,
                    std::make_unique<weak_publisher>(self).release(), [](gpointer data) {
                      std::default_delete<weak_publisher>{}(static_cast<weak_publisher*>(data));
                    });
  gst_pad_link(pad, into.get());
}

} // namespace

std::shared_ptr<publisher_session> publisher_session::make(const configuration& settings, events listeners) {
  std::shared_ptr<publisher_session> made{new publisher_session{std::move(listeners)}};
  made->start(settings);
  return made;
}

void publisher_session::start(const configuration& settings) {
  auto on_failure = [self = weak_from_this()](std::string_view why) {
    if (auto kept = self.lock(); kept && kept->listeners_.failed) {
      kept->listeners_.failed(why);
    }
  };
  pipeline_ = std::make_unique<pipeline>(receiver, pipeline::events{.failed = on_failure, .ended = {}});
  auto bin = pipeline_->find("peer");
  auto on_pad = [](GstElement* peer, GstPad* pad, gpointer data) {
    attach(peer, pad, *static_cast<weak_publisher*>(data));
  };
  using callback = void (*)(GstElement*, GstPad*, gpointer);
  g_signal_connect_data(
      bin.get(), "pad-added", G_CALLBACK(static_cast<callback>(on_pad)),
      std::make_unique<weak_publisher>(weak_from_this()).release(),
      [](gpointer data, GClosure*) {
        std::default_delete<weak_publisher>{}(static_cast<weak_publisher*>(data));
      },
      G_CONNECT_DEFAULT);
  peer_ = peer_connection::make(std::move(bin), settings);
}

void publisher_session::answer(offer&& from, peer_connection::answered done) {
  const auto bin = pipeline_->find("peer");
  pipeline_->play();
  for (const offered_media& each : from.media) {
    bool video = each.kind == media_kind::video;
    const char* encoding = each.codec == codec::h264 ? "H264" : each.codec == codec::vp8 ? "VP8" : "OPUS";
    const caps_ptr caps{gst_caps_new_simple("application/x-rtp", "media", G_TYPE_STRING,
                                            video ? "video" : "audio", "encoding-name", G_TYPE_STRING,
                                            encoding, "clock-rate", G_TYPE_INT, video ? 90'000 : 48'000,
                                            "payload", G_TYPE_INT, each.payload_type, nullptr)};
    if (each.transport_cc) {
      gst_caps_set_simple(caps.get(), ("extmap-" + std::to_string(*each.transport_cc)).c_str(), G_TYPE_STRING,
                          "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01",
                          nullptr);
    }
    GstWebRTCRTPTransceiver* transceiver = nullptr;
    g_signal_emit_by_name(bin.get(), "add-transceiver", GST_WEBRTC_RTP_TRANSCEIVER_DIRECTION_RECVONLY,
                          caps.get(), &transceiver);
    const gst_ptr<GstWebRTCRTPTransceiver> kept{transceiver};
    g_object_set(kept.get(), "do-nack", static_cast<gboolean>(video), nullptr);
  }
  peer_->answer(std::move(from), std::move(done));
}

void publisher_session::drain(track from) {
  if (!pipeline_) {
    return;
  }
  const auto sink = pipeline_->find(name_of(from));
  if (!sink) {
    return;
  }
  while (sample_ptr sample{gst_app_sink_try_pull_sample(GST_APP_SINK(sink.get()), 0)}) {
    last_heard_ = now();
    has_sent_ = true;
    const GstBuffer* buffer = gst_sample_get_buffer(sample.get());
    GstClockTime time = gst_segment_to_running_time(gst_sample_get_segment(sample.get()), GST_FORMAT_TIME,
                                                    GST_BUFFER_PTS(buffer));
    if (time == GST_CLOCK_TIME_NONE) {
      continue;
    }
    const bool video = from == track::h264;
    const bool key = video && !GST_BUFFER_FLAG_IS_SET(buffer, GST_BUFFER_FLAG_DELTA_UNIT);
    if (key) {
      key_frames_.received(now());
    }
    auto received = listeners_.received;
    if (received) {
      received({.track = from,
                .sample = std::move(sample),
                .time = time,
                .decode_time = video ? decode_times_.next(time) : time,
                .key_frame = key});
    }
    if (!pipeline_) {
      return;
    }
  }
}

void publisher_session::want_key_frame() {
  key_frames_.want();
  check_key_frame();
}

void publisher_session::check_key_frame() {
  if (!pipeline_ || !key_frames_.due(now())) {
    return;
  }
  if (const auto sink = pipeline_->find(name_of(track::h264))) {
    gst_element_send_event(
        sink.get(), gst_video_event_new_upstream_force_key_unit(GST_CLOCK_TIME_NONE, TRUE, our_request));
  }
}

void publisher_session::close() {
  listeners_ = {};
  pipeline_.reset();
}

} // namespace relay

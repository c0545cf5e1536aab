#include "viewer_session.h"

#include <gst/video/video.h>
#include <string>
#include <utility>

namespace relay {

namespace {

using weak_viewer = std::weak_ptr<viewer_session>;

std::string elements_for(const offer& from) {
  std::string elements = "webrtcbin name=peer bundle-policy=max-bundle";
  std::size_t section = 0;
  for (const offered_media& each : from.media) {
    bool video = each.kind == media_kind::video;
    std::string payload = std::to_string(each.payload_type);
    elements.append(" appsrc format=time is-live=true name=").append(video ? "video" : "audio");
    elements.append(video ? " ! rtph264pay config-interval=-1 aggregate-mode=zero-latency mtu=1200 pt="
                          : " ! rtpopuspay pt=");
    elements.append(payload);
    elements.append(video ? " ! application/x-rtp,media=video,encoding-name=H264,clock-rate=90000,payload="
                          : " ! application/x-rtp,media=audio,encoding-name=OPUS,clock-rate=48000,payload=");
    elements.append(payload).append(" ! peer.sink_").append(std::to_string(section++));
  }
  return elements;
}

GstPadProbeReturn on_request(GstPad*, GstPadProbeInfo* info, gpointer data) {
  if (gst_video_event_is_force_key_unit(gst_pad_probe_info_get_event(info)) == FALSE) {
    return GST_PAD_PROBE_OK;
  }
  post([self = *static_cast<weak_viewer*>(data)] {
    if (auto kept = self.lock()) {
      kept->ask_key_frame();
    }
  });
  return GST_PAD_PROBE_DROP;
}

} // namespace

std::shared_ptr<viewer_session> viewer_session::make(const offer& from, const configuration& settings,
                                                     events listeners) {
  std::shared_ptr<viewer_session> made{new viewer_session{std::move(listeners)}};
  made->start(from, settings);
  return made;
}

void viewer_session::start(const offer& from, const configuration& settings) {
  auto on_failure = [self = weak_from_this()](std::string_view why) {
    if (auto kept = self.lock()) {
      kept->listeners_.failed(why);
    }
  };
  pipeline_ =
      std::make_unique<pipeline>(elements_for(from), pipeline::events{.failed = on_failure, .ended = {}});
  auto bin = pipeline_->find("peer");
  for (guint section = 0; section < from.media.size(); ++section) {
    const gst_ptr<GstPad> pad{
        gst_element_get_static_pad(bin.get(), ("sink_" + std::to_string(section)).c_str())};
    GstWebRTCRTPTransceiver* transceiver = nullptr;
    g_object_get(pad.get(), "transceiver", &transceiver, nullptr);
    const gst_ptr<GstWebRTCRTPTransceiver> kept{transceiver};
    g_object_set(kept.get(), "direction", GST_WEBRTC_RTP_TRANSCEIVER_DIRECTION_SENDONLY, "do-nack", TRUE,
                 nullptr);
  }
  if (auto sound = pipeline_->find("audio")) {
    audio_ = viewer_queue{std::move(sound), track::opus};
  }
  if (auto picture = pipeline_->find("video")) {
    const gst_ptr<GstPad> out{gst_element_get_static_pad(picture.get(), "src")};
    gst_pad_add_probe(out.get(), GST_PAD_PROBE_TYPE_EVENT_UPSTREAM, on_request,
                      std::make_unique<weak_viewer>(weak_from_this()).release(), [](gpointer data) {
                        std::default_delete<weak_viewer>{}(static_cast<weak_viewer*>(data));
                      });
    video_ = viewer_queue{std::move(picture), track::h264};
  }
  peer_ = peer_connection::make(std::move(bin), settings);
  pipeline_->play();
}

void viewer_session::ask_key_frame() { listeners_.key_frame_wanted(); }

void viewer_session::push(const media_sample& what) {
  if (what.track == track::aac || !peer_->connected()) {
    return;
  }
  last_connected_ = now();
  if (!(what.track == track::h264 ? video_ : audio_).push(what)) {
    listeners_.key_frame_wanted();
  }
}

} // namespace relay

#include "silence.h"

#include <array>

namespace relay {

namespace {

// AAC-LC, stereo, without spectral data (ISO/IEC 14496-3, subclause 4.4).
constexpr std::array<unsigned char, 6> silent_frame{0x21, 0x10, 0x04, 0x60, 0x8c, 0x1c};

} // namespace

media_sample silence::sample(GstClockTime time) {
  GstBuffer* bytes = gst_buffer_new_memdup(silent_frame.data(), silent_frame.size());
  GST_BUFFER_DURATION(bytes) = frame;
  media_sample made{.track = track::aac,
                    .sample = sample_ptr{gst_sample_new(bytes, nullptr, nullptr, nullptr)},
                    .time = time,
                    .decode_time = time,
                    .key_frame = false};
  gst_buffer_unref(bytes);
  return made;
}

} // namespace relay

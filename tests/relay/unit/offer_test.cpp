#include "offer.h"
#include "support/catch.h"

#include <gst/gst.h>

using namespace relay;

namespace {

const std::string session = "v=0\r\no=- 4611731400430051336 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"
                            "a=group:BUNDLE 0 1\r\n";
const std::string transport = "c=IN IP4 0.0.0.0\r\na=ice-ufrag:EsAw\r\na=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1\r\n"
                              "a=fingerprint:sha-256 AA:BB\r\na=setup:actpass\r\na=rtcp-mux\r\n";
const std::string audio = "m=audio 9 UDP/TLS/RTP/SAVPF 111 0\r\n" + transport +
                          "a=mid:0\r\na=sendonly\r\na=rtpmap:111 opus/48000/2\r\na=rtpmap:0 PCMU/8000\r\n";
const std::string video =
    "m=video 9 UDP/TLS/RTP/SAVPF 96 97 102 103 108 109\r\n" + transport +
    "a=mid:1\r\na=sendonly\r\n"
    "a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01\r\n"
    "a=extmap:4 urn:3gpp:video-orientation\r\n"
    "a=rtpmap:96 VP8/90000\r\na=rtcp-fb:96 nack pli\r\na=rtpmap:97 rtx/90000\r\na=fmtp:97 apt=96\r\n"
    "a=rtpmap:102 H264/90000\r\na=fmtp:102 packetization-mode=1;profile-level-id=42001f\r\n"
    "a=rtpmap:103 rtx/90000\r\na=fmtp:103 apt=102\r\n"
    "a=rtpmap:108 H264/90000\r\na=fmtp:108 packetization-mode=1;profile-level-id=42e01f\r\n"
    "a=rtcp-fb:108 goog-remb\r\na=rtcp-fb:108 nack pli\r\na=rtpmap:109 rtx/90000\r\na=fmtp:109 apt=108\r\n";

std::string without(std::string text, const std::string& part) {
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part)) {
    text.erase(at, part.size());
  }
  return text;
}

std::string replaced(std::string text, const std::string& part, const std::string& with) {
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + with.size())) {
    text.replace(at, part.size(), with);
  }
  return text;
}

int offer_status(const std::string& text, flow wanted = flow::sends) {
  auto read = read_offer(text, wanted);
  return read ? 0 : read.error().status;
}

std::string text_of(const offer& from) { return text_ptr{gst_sdp_message_as_text(from.sdp.get())}.get(); }

} // namespace

TEST_CASE("Keeps constrained baseline H.264 and Opus of a browser's offer") {
  auto read = read_offer(session + audio + video, flow::sends);
  REQUIRE(read);
  REQUIRE(read->media.size() == 2);
  CHECK(read->find(media_kind::audio)->payload_type == 111);
  CHECK(read->find(media_kind::video)->payload_type == 108);
  CHECK(read->find(media_kind::video)->profile == "42e01f");
  CHECK(read->find(media_kind::video)->transport_cc == 3);
  CHECK(read->mid == "0");

  std::string reduced = text_of(*read);
  CHECK(reduced.contains("m=video 9 UDP/TLS/RTP/SAVPF 108 109\r\n"));
  CHECK(reduced.contains("a=rtcp-fb:108 nack pli"));
  for (const char* gone : {"VP8", "PCMU", "42001f", "goog-remb", "video-orientation", "apt=102"}) {
    CAPTURE(gone);
    CHECK_FALSE(reduced.contains(gone));
  }
}

TEST_CASE("Accepts VP8 only from publishers without H.264, and never offers it to viewers") {
  std::string vp8 = session + audio + replaced(video, "H264", "H265");
  auto read = read_offer(vp8, flow::sends);
  REQUIRE(read);
  CHECK(read->find(media_kind::video)->codec == codec::vp8);
  CHECK(offer_status(replaced(vp8, "sendonly", "recvonly"), flow::receives) == 422);
}

TEST_CASE("Accepts each role in DTLS that an offer may ask for") {
  const std::string whole = session + audio + video;
  for (const char* setup : {"actpass", "active", "passive"}) {
    CAPTURE(setup);
    CHECK(offer_status(replaced(whole, "actpass", setup)) == 0);
  }
}

TEST_CASE("Writes a transport that the offer has only once into both sections") {
  const std::string lines = "a=ice-ufrag:EsAw\r\na=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1\r\n"
                            "a=fingerprint:sha-256 AA:BB\r\na=setup:actpass\r\n";
  const std::string second = replaced(video, "m=video 9", "m=video 0") + "a=bundle-only\r\n";
  struct row {
    const char* about;
    std::string text;
  };
  for (const auto& [about, text] : std::vector<row>{
           {"in the session", session + lines + without(audio + video, lines)},
           {"in the first section", session + audio + without(second, lines)},
           {"in the section that the group names first",
            replaced(session, "0 1", "1 0") + replaced(without(audio, lines), "m=audio 9", "m=audio 0") +
                "a=bundle-only\r\n" + video}}) {
    CAPTURE(about);
    auto read = read_offer(text, flow::sends);
    REQUIRE(read);
    CHECK(read->ufrag == "EsAw");
    for (guint i = 0; i < 2; ++i) {
      const GstSDPMedia* section = gst_sdp_message_get_media(read->sdp.get(), i);
      CHECK(gst_sdp_media_get_port(section) == 9);
      CHECK(gst_sdp_media_get_attribute_val(section, "bundle-only") == nullptr);
      for (const char* name : {"ice-ufrag", "ice-pwd", "fingerprint", "setup"}) {
        CAPTURE(name);
        CHECK(gst_sdp_media_get_attribute_val(section, name) != nullptr);
        CHECK(gst_sdp_media_get_attribute_val_n(section, name, 1) == nullptr);
      }
    }
  }
}

TEST_CASE("Finds the bundle among groups of other kinds, and leaves those out") {
  auto read =
      read_offer(replaced(session, "a=group", "a=group:LS 0 1\r\na=group") + audio + video, flow::sends);
  REQUIRE(read);
  CHECK(text_of(*read).contains("a=group:BUNDLE 0 1\r\n"));
  CHECK_FALSE(text_of(*read).contains("group:LS"));
}

TEST_CASE("Takes text in UTF-8, and no other") {
  const std::string named = replaced(session, "s=-",
                                     "s=\xC3\x9C"
                                     "bertragung");
  CHECK(offer_status(named + audio + video) == 0);
  CHECK(offer_status(replaced(session, "s=-",
                              "s=\xDC"
                              "bertragung") +
                     audio + video) == 400);
}

TEST_CASE("Answers 400 to what is not SDP") {
  for (const std::string& text : {std::string{}, std::string{"hello"}, std::string{"{}"}, std::string{"v=0"},
                                  std::string(5000, 'v'), std::string{"v=0\r\n\0\0", 7}}) {
    CAPTURE(text);
    CHECK(offer_status(text) == 400);
  }
}

TEST_CASE("Answers 422 to an offer that the relay does not support") {
  struct row {
    const char* about;
    std::string text;
  };
  const std::vector<row> refused = {
      {"no sections", session},
      {"no video", replaced(session, " 0 1", " 0") + audio},
      {"two videos", session + replaced(video, "mid:1", "mid:0") + video},
      {"three sections", session + audio + video + video},
      {"a data channel", session + audio + "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:1\r\n"},
      {"not bundled", without(session, "a=group:BUNDLE 0 1\r\n") + audio + video},
      {"bundled in part", replaced(session, " 0 1", " 0") + audio + video},
      {"receives", session + audio + replaced(video, "sendonly", "recvonly")},
      {"inactive", session + audio + replaced(video, "sendonly", "inactive")},
      {"no mid", session + audio + without(video, "a=mid:1\r\n")},
      {"no fingerprint", session + without(audio + video, "a=fingerprint:sha-256 AA:BB\r\n")},
      {"no ICE", session + without(audio + video, "a=ice-ufrag:EsAw\r\n")},
      {"a password too short", session + replaced(audio + video, "P2uYro0UCOQ4zxjKXaWCBui1", "short")},
      {"holdconn", session + replaced(audio + video, "actpass", "holdconn")},
      {"no Opus", session + replaced(audio, "opus", "G722") + video},
      {"other video", session + audio + replaced(replaced(video, "H264", "AV1"), "VP8", "VP9")}};
  for (const auto& [about, text] : refused) {
    CAPTURE(about);
    CHECK(offer_status(text) == 422);
  }
}

TEST_CASE("Survives an offer cut off anywhere, or with any byte changed") {
  const std::string whole = session + audio + video;
  for (std::size_t size = 0; size < whole.size(); ++size) {
    int status = offer_status(whole.substr(0, size));
    CHECK((status == 0 || status == 400 || status == 422));
    for (char byte : {'\0', ' ', ':', '\n', '9', '\xff'}) {
      std::string changed = whole;
      changed[size] = byte;
      status = offer_status(changed);
      CHECK((status == 0 || status == 400 || status == 422));
    }
  }
}

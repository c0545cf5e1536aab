#include "metrics.h"

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string_view>
#include <sys/resource.h>
#include <unistd.h>

namespace relay {

namespace {

class page {
public:
  void family(std::string_view name, std::string_view type, std::string_view help) {
    text += "# HELP " + std::string{name} + ' ' + std::string{help} + "\n# TYPE " + std::string{name} + ' ' +
            std::string{type} + '\n';
  }
  void sample(std::string_view name, std::string_view value) {
    text += std::string{name} + ' ' + std::string{value} + '\n';
  }
  void single(std::string_view name, std::string_view type, std::string_view help, std::uint64_t value) {
    family(name, type, help);
    sample(name, std::to_string(value));
  }

  std::string text;
};

struct close_file {
  void operator()(std::FILE* file) const noexcept { (void)std::fclose(file); }
};

std::uint64_t resident_bytes() {
  const std::unique_ptr<std::FILE, close_file> file{std::fopen("/proc/self/statm", "re")};
  if (!file) {
    return 0;
  }
  std::string line(128, '\0');
  line.resize(std::fread(line.data(), 1, line.size(), file.get()));
  std::size_t space = line.find(' ');
  if (space == std::string::npos) {
    return 0;
  }
  return std::strtoull(line.c_str() + space, nullptr, 10) * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

std::string cpu_seconds() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  auto micros = (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1'000'000 + used.ru_utime.tv_usec +
                used.ru_stime.tv_usec;
  return std::to_string(static_cast<double>(micros) / 1e6);
}

} // namespace

std::string to_prometheus(const metrics& counted) {
  page out;
  out.single("relay_publishers", "gauge", "Publishers that are connected or connecting.", counted.publishers);
  out.single("relay_viewers", "gauge", "Viewers that are connected or connecting.", counted.viewers);
  out.single("relay_uplinks", "gauge", "RTMP connections that carry a broadcast.", counted.uplinks);
  out.single("relay_received_bits_per_second", "gauge", "Media received from all publishers.",
             counted.received_bits_per_second);
  out.single("relay_draining", "gauge", "1 while the relay refuses new publishers.",
             counted.draining ? 1 : 0);

  out.family("relay_offers_total", "counter", "Offers from publishers and viewers, by outcome.");
  out.sample("relay_offers_total{outcome=\"accepted\"}", std::to_string(counted.offers_accepted));
  out.sample("relay_offers_total{outcome=\"refused\"}", std::to_string(counted.offers_refused));
  out.single("relay_sessions_lost_total", "counter",
             "Publishers that stopped sending without ending the session.", counted.sessions_lost);
  out.single("relay_sessions_resumed_total", "counter", "Lost publishers that returned in time.",
             counted.sessions_resumed);
  out.single("relay_ice_restarts_total", "counter", "ICE restarts.", counted.ice_restarts);

  out.family("relay_frames_total", "counter", "Frames received, by kind.");
  out.sample("relay_frames_total{kind=\"video\"}", std::to_string(counted.video_frames));
  out.sample("relay_frames_total{kind=\"audio\"}", std::to_string(counted.audio_frames));
  out.single("relay_key_frames_total", "counter", "Key frames among the video frames.", counted.key_frames);
  out.family("relay_received_bytes_total", "counter",
             "Media received, in the form in which it is forwarded, by kind.");
  out.sample("relay_received_bytes_total{kind=\"video\"}", std::to_string(counted.video_bytes));
  out.sample("relay_received_bytes_total{kind=\"audio\"}", std::to_string(counted.audio_bytes));
  out.single("relay_dropped_frames_total", "counter", "Frames dropped because there was no RTMP connection.",
             counted.dropped_frames);
  out.single("relay_uplink_sent_bytes_total", "counter", "Bytes sent over RTMP.", counted.uplink_bytes);
  out.single("relay_uplink_connects_total", "counter", "RTMP connections started.", counted.uplink_connects);
  out.single("relay_uplink_reconnects_total", "counter", "RTMP connections started after a lost one.",
             counted.uplink_reconnects);

  out.single("process_resident_memory_bytes", "gauge", "Resident memory.", resident_bytes());
  out.family("process_cpu_seconds_total", "counter", "Processor time used.");
  out.sample("process_cpu_seconds_total", cpu_seconds());
  return std::move(out.text);
}

} // namespace relay

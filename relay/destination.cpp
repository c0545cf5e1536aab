#include "destination.h"

#include "gst_ptr.h"

#include <utility>

namespace relay {

std::optional<destination> make_destination(std::string_view url, std::string_view stream_key) {
  using uri_ptr = std::unique_ptr<GUri, freed_by<g_uri_unref>>;
  const uri_ptr uri{g_uri_parse(std::string{url}.c_str(), G_URI_FLAGS_NONE, nullptr)};
  if (!uri || stream_key.empty()) {
    return std::nullopt;
  }
  std::string_view scheme = g_uri_get_scheme(uri.get());
  bool tls = scheme == "rtmps";
  const char* host = g_uri_get_host(uri.get());
  if ((!tls && scheme != "rtmp") || host == nullptr || *host == '\0') {
    return std::nullopt;
  }

  int port = g_uri_get_port(uri.get());
  std::string_view path = g_uri_get_path(uri.get());
  while (path.starts_with('/')) {
    path.remove_prefix(1);
  }
  while (path.ends_with('/')) {
    path.remove_suffix(1);
  }
  if (path.empty()) {
    return std::nullopt;
  }
  return destination{.tls = tls,
                     .host = host,
                     .port = static_cast<std::uint16_t>(port > 0 ? port
                                                        : tls    ? 443
                                                                 : 1935),
                     .application = std::string{path},
                     .stream_key = crypto::secret{std::string{stream_key}}};
}

} // namespace relay

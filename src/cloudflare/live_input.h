// A live input with its addresses and credentials, checked (Cloudflare API reference, Stream, Live Inputs).
// The WHIP address is a credential as a whole: its secret is in the path.
#pragma once

#include "cloudflare/live_input_status.h"
#include "crypto/secret.h"

#include <optional>
#include <string>

namespace cloudflare {

struct live_input {
  std::string id;

  crypto::secret whip_url;
  std::string rtmps_url;
  crypto::secret rtmps_key;
  std::string srt_url; // without the two parameters that follow
  crypto::secret srt_stream_id;
  crypto::secret srt_passphrase;

  // Where it is watched; with signed URLs a token takes the place of the id in each.
  std::string customer_url; // of the account, without a slash at its end: everything below it hangs on an id
  std::string whep_url;
  std::string hls_url;
  std::string dash_url;

  bool enabled = true; // encoders are admitted; of WHIP that is not documented
  std::optional<live_input_status> status = std::nullopt; // nothing: no encoder has ever connected
};

} // namespace cloudflare

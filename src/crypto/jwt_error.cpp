// Names for a log line.
#include "crypto/jwt_error.h"

namespace crypto {

std::string_view name_of(jwt_error error) noexcept {
  switch (error) {
  case jwt_error::too_long: return "too_long";
  case jwt_error::not_three_parts: return "not_three_parts";
  case jwt_error::bad_base64url: return "bad_base64url";
  case jwt_error::header_not_json: return "header_not_json";
  case jwt_error::duplicate_header_name: return "duplicate_header_name";
  case jwt_error::bad_header: return "bad_header";
  case jwt_error::critical_header: return "critical_header";
  case jwt_error::algorithm_not_allowed: return "algorithm_not_allowed";
  case jwt_error::wrong_type: return "wrong_type";
  case jwt_error::weak_key: return "weak_key";
  case jwt_error::signature_mismatch: return "signature_mismatch";
  case jwt_error::claims_not_json: return "claims_not_json";
  case jwt_error::duplicate_claim_name: return "duplicate_claim_name";
  case jwt_error::bad_expiry: return "bad_expiry";
  case jwt_error::expired: return "expired";
  case jwt_error::bad_time: return "bad_time";
  case jwt_error::not_yet_valid: return "not_yet_valid";
  case jwt_error::issued_in_future: return "issued_in_future";
  case jwt_error::wrong_issuer: return "wrong_issuer";
  case jwt_error::wrong_audience: return "wrong_audience";
  case jwt_error::bad_subject: return "bad_subject";
  case jwt_error::bad_roles: return "bad_roles";
  }
  return "unknown";
}

} // namespace crypto

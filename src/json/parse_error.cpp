// What to tell whoever sent a text that is not JSON.
#include "json/parse_error.h"

namespace json {

std::string_view describe(parse_error error) noexcept {
  switch (error) {
  case parse_error::empty: return "The body is empty: send a JSON value.";
  case parse_error::not_utf8: return "The body is not UTF-8: encode it as UTF-8.";
  case parse_error::malformed: return "The body is not JSON: check quotes, commas and brackets.";
  case parse_error::number_out_of_range: return "A number is too large: send it as a string.";
  case parse_error::too_deep: return "Arrays and objects nest too deep: flatten the body.";
  case parse_error::too_large: return "The body is too large: send less.";
  case parse_error::out_of_memory: return "There was no memory to read the body: try again.";
  }
  return "The body is not JSON.";
}

} // namespace json

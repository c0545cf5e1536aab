#include "ice_fragment.h"

#include <algorithm>
#include <cctype>
#include <ranges>

namespace relay {

namespace {

constexpr std::size_t max_line = 512;

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  for (auto part : std::views::split(line, ' ')) {
    if (std::string_view word{part}; !word.empty()) {
      words.push_back(word);
    }
  }
  return words;
}

bool is_number(std::string_view text) {
  return !text.empty() && text.size() <= 10 && text.find_first_not_of("0123456789") == std::string_view::npos;
}

bool is_printable(std::string_view line) {
  return std::ranges::all_of(line, [](char each) { return each >= ' ' && each <= '~'; });
}

// Reads one attribute line without its `a=`. Returns what is wrong with it.
std::expected<void, std::string> take_attribute(std::string_view line, ice_fragment& into) {
  if (line.starts_with("ice-ufrag:")) {
    into.ufrag = line.substr(10);
    if (!is_ice_text(into.ufrag, 4)) {
      return std::unexpected{"The ice-ufrag is invalid (RFC 8839)."};
    }
  } else if (line.starts_with("ice-pwd:")) {
    into.password = line.substr(8);
    if (!is_ice_text(into.password, 22)) {
      return std::unexpected{"The ice-pwd is invalid (RFC 8839)."};
    }
  } else if (line.starts_with("candidate:")) {
    if (words_of(line).size() < 8) {
      return std::unexpected{"A candidate has fewer than eight fields (RFC 8839)."};
    }
    if (!is_usable_candidate(line)) {
      return {};
    }
    if (into.candidates.size() == max_candidates) {
      return std::unexpected{"The fragment has too many candidates."};
    }
    into.candidates.emplace_back(line);
  } else if (line == "end-of-candidates") {
    into.complete = true;
  }
  return {};
}

} // namespace

bool is_ice_text(std::string_view text, std::size_t least) {
  return text.size() >= least && text.size() <= 256 && std::ranges::all_of(text, [](char each) {
           return std::isalnum(static_cast<unsigned char>(each)) != 0 || each == '+' || each == '/' ||
                  each == '-' || each == '_'; // some clients use these two
         });
}

bool is_usable_candidate(std::string_view candidate) {
  auto words = words_of(candidate);
  if (words.size() < 8 || words[6] != "typ") {
    return false;
  }
  std::string transport{words[2]};
  std::ranges::transform(transport, transport.begin(), [](unsigned char each) { return std::tolower(each); });
  bool address = words[4].find_first_not_of("0123456789abcdefABCDEF.:") == std::string_view::npos &&
                 words[4].find_first_of(".:") != std::string_view::npos;
  return transport == "udp" && address && is_number(words[1]) && is_number(words[3]) && is_number(words[5]);
}

std::string with_public_address(std::string_view candidate, std::string_view address) {
  auto words = words_of(candidate);
  if (words.size() < 8 || words[7] != "host") {
    return std::string{candidate};
  }
  words[4] = address;
  std::string made;
  for (std::string_view word : words) {
    if (!made.empty()) {
      made += ' ';
    }
    made += word;
  }
  return made;
}

std::expected<ice_fragment, std::string> parse_ice_fragment(std::string_view text) {
  ice_fragment made;
  std::size_t sections = 0;
  for (auto part : std::views::split(text, '\n')) {
    std::string_view line{part};
    if (line.ends_with('\r')) {
      line.remove_suffix(1);
    }
    if (line.empty()) {
      continue;
    }
    if (line.size() < 2 || line[1] != '=' || line.size() > max_line || !is_printable(line)) {
      return std::unexpected{"A line is not of the form 'a=…' or 'm=…' (RFC 8840)."};
    }
    if (line[0] == 'm') {
      ++sections;
    }
    if (line[0] != 'a' || sections > 1) {
      continue;
    }
    if (auto taken = take_attribute(line.substr(2), made); !taken) {
      return std::unexpected{taken.error()};
    }
  }
  if (made.ufrag.empty() != made.password.empty()) {
    return std::unexpected{"Send both ice-ufrag and ice-pwd, or neither."};
  }
  if (made.ufrag.empty() && made.candidates.empty() && !made.complete && sections == 0) {
    return std::unexpected{"The fragment has neither ICE credentials nor candidates."};
  }
  return made;
}

std::string to_text(const ice_fragment& fragment, std::string_view mid, std::string_view kind) {
  std::string text = "a=ice-ufrag:" + fragment.ufrag + "\r\na=ice-pwd:" + fragment.password + "\r\n";
  text += "m=" + std::string{kind} + " 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:" + std::string{mid} + "\r\n";
  for (const std::string& each : fragment.candidates) {
    text += "a=" + each + "\r\n";
  }
  if (fragment.complete) {
    text += "a=end-of-candidates\r\n";
  }
  return text;
}

} // namespace relay

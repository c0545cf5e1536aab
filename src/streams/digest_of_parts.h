// A name for something that is known by several texts.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace streams {

// 32 characters in hex. Parts that are put together in no other way have the same digest.
std::string digest_of_parts(std::initializer_list<std::string_view> parts);

} // namespace streams

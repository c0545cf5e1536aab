// Where everything is kept in KV. What ends with a slash is a prefix, below which there is one entry for each
// of what it names.
#pragma once

#include "streams/model/change.h"
#include "streams/model/stream.h"
#include "streams/store/work_queue.h"

#include <string>
#include <string_view>

namespace streams::keys {

std::string stream(std::string_view stream_id);
std::string credentials(std::string_view stream_id);
std::string by_input(std::string_view live_input_id);
std::string by_user(const stream_record& of);
std::string by_memorial(std::string_view memorial_id, std::string_view stream_id);
std::string streams_of_user(std::string_view subject);
std::string streams_of_memorial(std::string_view memorial_id);

std::string mux_facts(std::string_view live_stream_id);
std::string cloudflare_facts(std::string_view resource_id);
std::string changes(std::string_view stream_id);
// Of one that can be asked for only once.
std::string change_of(std::string_view stream_id, change_kind only);
std::string invites(std::string_view stream_id);

std::string memorial(std::string_view memorial_id);
std::string answer(std::string_view name);
std::string intent(std::string_view stream_id);
std::string pending(const pending_work& of);
std::string pending_works(std::string_view stream_id);
inline constexpr std::string_view reconcile_memory = "reconcile/state";

// What stands behind the last slash.
std::string last_part(std::string_view key);

} // namespace streams::keys

// What an owner does to a stream as a whole.
#pragma once

#include "edge/context.h"

namespace api {

// PATCH /api/streams/{id}: {title}. Answers 200 {stream}.
edge::task<edge::answer> rename_stream(edge::context& request);

// POST /api/streams/{id}/end: nobody is to broadcast any more. Answers 200 {stream}, with endedAt; 502 where
// a provider fails, saying which: it ended all the same, and the same request again finishes it. Who is live
// stays so until done: Cloudflare's live input is disabled once the broadcast is over.
edge::task<edge::answer> end_stream(edge::context& request);

// PUT /api/streams/{id}/simulcast: {enabled}: whether what comes in is sent on to the backup at Mux, also
// while somebody is live. Answers 200 {stream}, 409 where there is no backup, 502 where Cloudflare fails.
edge::task<edge::answer> set_simulcast(edge::context& request);

// DELETE /api/streams/{id}?recordings=true: deletes what was made for the stream at both providers, its
// recordings only if asked to, and the record. Answers 200 {deleted: {liveInput, liveStream, recordings
// [{source, id}]}}. From the first such request on the stream is a 404 for everything else; 502 or 503 where
// something is left, and the same request again finishes it.
edge::task<edge::answer> delete_stream(edge::context& request);

} // namespace api

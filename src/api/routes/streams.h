// What is asked of a stream, written down before it is done: so that it is done even if the request does not
// live to.
#pragma once

#include "edge/http/context.h"
#include "streams/model/change.h"
#include "streams/model/stream.h"
#include "streams/store/work_queue.h"

#include <expected>
#include <vector>

namespace api {

// Stores what was asked for. Word of it comes first, so that the schedule finishes what this request does
// not: at the providers, or in the record alone. Fails with 503.
edge::task<edge::result<streams::pending_change>>
ask_for_work(edge::context& request, streams::stream_record& record, std::vector<streams::change> asked);

// Once it is done at the providers: writes the record back after the answer, and then removes the word of the
// work. Where either fails, the schedule does it.
void finish_work_later(edge::context& request, const streams::stream_record& record,
                       streams::pending_change work);

// Streams as resources: one, and the list of the caller's.

// GET /api/streams/{id}, for whoever manages the stream. The owner sees its credentials.
edge::task<edge::result<>> get_stream(edge::context& request);

// GET /api/streams?memorialId=&status=&cursor=&limit=, the caller's streams (an admin's: all), newest first:
// {streams, nextCursor}. A page may hold fewer than `limit` (1 to 100, default 20) while there are more.
edge::task<edge::result<>> list_streams(edge::context& request);

// What an owner does to a stream as a whole.

// PATCH /api/streams/{id}: {title}. Answers 200 {stream}.
edge::task<edge::result<>> rename_stream(edge::context& request);

// POST /api/streams/{id}/end: nobody is to broadcast any more. Answers 200 {stream}, with endedAt; 502 where
// a provider fails, saying which: it ended all the same, and the same request again finishes it. Who is live
// stays so until done: Cloudflare's live input is disabled once the broadcast is over.
edge::task<edge::result<>> end_stream(edge::context& request);

// PUT /api/streams/{id}/simulcast: {enabled}: whether what comes in is sent on to the backup at Mux, also
// while somebody is live. Answers 200 {stream}, 409 where there is no backup, 502 where Cloudflare fails.
edge::task<edge::result<>> set_simulcast(edge::context& request);

// DELETE /api/streams/{id}?recordings=true: deletes what was made for the stream at both providers, its
// recordings only if asked to, and the record. Answers 200 {deleted: {liveInput, liveStream, recordings
// [{source, id}]}}. From the first such request on the stream is a 404 for everything else; 502 or 503 where
// something is left, and the same request again finishes it.
edge::task<edge::result<>> delete_stream(edge::context& request);

} // namespace api

/* Malformations by name: app-layer-event:http2.<name>, counters, EVE anomaly records. */
#include "app/http2/http2_int.h"

const struct hg_anomaly_row hg_http2_anomalies[HG_HTTP2_ANOMALIES] = {
	[HG_HTTP2_INVALID_FRAME_HEADER] = { "invalid_frame_header",
		"a frame header whose reserved bit is set, or with a stream where its type has none, or the "
		"other way round" },
	[HG_HTTP2_INVALID_MAGIC] = { "invalid_client_magic",
		"the client's preface is not that of RFC 9113: its bytes are passed over" },
	[HG_HTTP2_INVALID_FRAME_DATA] = { "invalid_frame_data",
		"padding or a prefix is longer than its frame" },
	[HG_HTTP2_INVALID_HEADER] = { "invalid_header",
		"a header block is no HPACK: fields of this direction are not read any more" },
	[HG_HTTP2_INVALID_FRAME_LENGTH] = { "invalid_frame_length",
		"a frame is not as long as its type has it" },
	[HG_HTTP2_EXTRA_HEADER_DATA] = { "extra_header_data",
		"something follows a header block in its frame" },
	[HG_HTTP2_LONG_FRAME] = { "long_frame_data",
		"a frame that is not DATA has more than 65536 bytes: it is passed over" },
	[HG_HTTP2_STREAM_REUSE] = { "stream_id_reuse", "a stream that has ended goes on" },
	[HG_HTTP2_INVALID_UPGRADE] = { "invalid_http1_settings",
		"HTTP2-Settings of an upgrade are no settings" },
	[HG_HTTP2_FAILED_DECOMPRESSION] = { "failed_decompression", "a gzip or deflate coding is broken" },
	[HG_HTTP2_INVALID_RANGE] = { "invalid_range", "Content-Range makes no sense" },
	[HG_HTTP2_INTEGER_OVERFLOW] = { "header_integer_overflow",
		"a number of a header block has more than 32 bits: fields of this direction are not read any "
		"more" },
	[HG_HTTP2_MANY_STREAMS] = { "too_many_streams",
		"more streams are open at once than are kept: what comes of the others is passed over" },
	[HG_HTTP2_AUTHORITY_MISMATCH] = { "authority_host_mismatch", "host is not :authority" },
	[HG_HTTP2_USERINFO] = { "userinfo_in_uri", "a user stands in :authority" },
	[HG_HTTP2_REASSEMBLY_LIMIT] = { "reassembly_limit_reached",
		"a header block has more bytes than max-reassembly-size: the other fields are not kept" },
	[HG_HTTP2_MANY_HEADERS] = { "too_many_headers",
		"a message has more than 1024 fields, or 65536 bytes of them" },
	[HG_HTTP2_MANY_FRAMES] = { "too_many_frames",
		"more than 64 settings, windows, priorities or errors of a stream: the others are not kept" },
	[HG_HTTP2_RAPID_RESET] = { "rapid_reset",
		"a client has reset max-resets more streams before they were answered (CVE-2023-44487)" },
	[HG_HTTP2_BLOCK_BROKEN_OFF] = { "header_block_broken_off",
		"another frame stands inside a header block: fields of this direction are not read any "
		"more" },
	[HG_HTTP2_BOMB] = { "compression_bomb", "a body grows out of all proportion" },
	[HG_HTTP2_SMUGGLED] = { "field_for_http1",
		"transfer-encoding, connection, or a line end in a field: a gateway to HTTP/1 may read other "
		"messages" },
};

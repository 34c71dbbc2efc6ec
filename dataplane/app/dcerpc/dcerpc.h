/* dcerpc: C706 over TCP and UDP, and what smb/ needs to read it in named pipes.
 *
 * A call is a request with its response, put together over fragments. A connection keeps which interfaces were bound to
 * which contexts; a call finds the interface it is about through its context.
 */
#ifndef HG_APP_DCERPC_DCERPC_H
#define HG_APP_DCERPC_DCERPC_H

#include "app/app.h"
#include "base/reader.h"

extern const struct hg_decoder hg_dcerpc;

#define HG_DCERPC_HEADER 16
#define HG_DCERPC_IFACES 256                 /* interfaces of a connection */
#define HG_DCERPC_STUB ((size_t)1024 * 1024) /* bytes of a side's stub data that are kept */

enum hg_dcerpc_type {
	HG_DCERPC_REQUEST = 0,
	HG_DCERPC_RESPONSE = 2,
	HG_DCERPC_FAULT = 3,
	HG_DCERPC_BIND = 11,
	HG_DCERPC_BIND_ACK = 12,
	HG_DCERPC_BIND_NAK = 13,
	HG_DCERPC_ALTER = 14,
	HG_DCERPC_ALTER_ACK = 15,
	HG_DCERPC_AUTH3 = 16,
	HG_DCERPC_TYPES = 21, /* those above do not exist */
};

enum { HG_DCERPC_FIRST = 1, HG_DCERPC_LAST = 2 }; /* flags of a fragment */

/* A fragment of a connection (C706 12.6.3.1). */
struct hg_dcerpc_pdu {
	uint8_t major, minor, type, flags;
	bool little;
	uint16_t length, auth;
	uint32_t call;
	struct hg_span body; /* behind the header, as far as it is there */
};

/* false: no header, or one whose length does not cover itself. */
bool hg_dcerpc_read(struct hg_span in, struct hg_dcerpc_pdu *pdu);

/* An interface as it is written: 12345678-1234-abcd-ef00-0123456789ab. */
struct hg_dcerpc_iface {
	uint8_t uuid[16];
	uint16_t context, version, minor;
	uint16_t result, reason; /* of the acknowledgement */
	bool acked, first;       /* first: it stood in a first fragment */
};

struct hg_dcerpc_ifaces {
	struct hg_dcerpc_iface *list;
	uint16_t n, room;
};

void hg_dcerpc_uuid(struct hg_span in, bool little, uint8_t uuid[16]);

/* Those of a bind or an alter context, into the arena; false: malformed (what was read stays). */
bool
hg_dcerpc_read_bind(const struct hg_dcerpc_pdu *pdu, struct hg_arena *arena, struct hg_dcerpc_ifaces *out);
/* What the server says to each of them, in their order; false: malformed. */
bool hg_dcerpc_read_ack(const struct hg_dcerpc_pdu *pdu, struct hg_dcerpc_ifaces *ifaces);
/* Those of a bind join a connection's: a context that is bound anew changes. false: the cap, or no memory. */
bool hg_dcerpc_join(struct hg_mem *mem, struct hg_dcerpc_ifaces *to, const struct hg_dcerpc_ifaces *from);
void hg_dcerpc_forget(struct hg_mem *mem, struct hg_dcerpc_ifaces *ifaces);

/* The body of a request or a response; false: malformed. */
struct hg_dcerpc_body {
	uint16_t context, opnum;
	struct hg_span stub;
};
bool hg_dcerpc_read_body(const struct hg_dcerpc_pdu *pdu, struct hg_dcerpc_body *out);

/* What rules see of a call: uuid, version in network order, 1 when it stood in a first fragment. */
#define HG_DCERPC_IFACE_BYTES 19

struct hg_dcerpc_call {
	uint32_t id;
	uint16_t opnum, context;
	uint8_t type[HG_DIRS]; /* of the PDU that opened the side */
	bool has[HG_DIRS];
	bool little, whole[HG_DIRS]; /* whole: its last fragment has come */
	uint8_t number[2];           /* opnum in network order, for rules */
	uint16_t frags[HG_DIRS];
	uint64_t bytes[HG_DIRS]; /* of stub data, kept or not */
	struct hg_buf stub[HG_DIRS];
	struct hg_dcerpc_ifaces ifaces; /* of a bind */
	struct hg_dcerpc_iface *iface; /* of a call: the one it is about, in the arena; NULL: none is bound */
	uint8_t shown[HG_DCERPC_IFACE_BYTES];
};

void hg_dcerpc_call_init(struct hg_dcerpc_call *c, struct hg_mem *mem, uint32_t id);
void hg_dcerpc_call_fini(struct hg_dcerpc_call *c);
/* A fragment's stub data joins the call; false: past HG_DCERPC_STUB, or no memory. */
bool hg_dcerpc_call_add(struct hg_dcerpc_call *c, enum hg_dir dir, const struct hg_dcerpc_body *body);
/* The interface that the call's context names. */
void
hg_dcerpc_call_bound(struct hg_dcerpc_call *c, struct hg_arena *arena, const struct hg_dcerpc_ifaces *ifaces);

/* ---- names.c: by UUID in network order, and number; NULL: not in the table ---- */

const char *hg_dcerpc_interface_name(const uint8_t uuid[16]);
const char *hg_dcerpc_operation_name(const uint8_t uuid[16], uint16_t opnum);
/* What an operation does that an attacker would. */
enum hg_dcerpc_means {
	HG_DCERPC_MEANS_NOTHING,
	HG_DCERPC_MAKES_SERVICE,
	HG_DCERPC_STARTS_SERVICE,
	HG_DCERPC_MAKES_TASK,
	HG_DCERPC_REPLICATES, /* secrets of a directory */
};
enum hg_dcerpc_means hg_dcerpc_meaning(const uint8_t uuid[16], uint16_t opnum);

/* Buffers that both decoders have, in this order wherever they begin. */
enum {
	HG_DCERPC_ROW_STUB,
	HG_DCERPC_ROW_IFACE,
	HG_DCERPC_ROW_OPNUM,
	HG_DCERPC_ROW_INTERFACE,
	HG_DCERPC_ROW_OPERATION,
	HG_DCERPC_ROWS
};
#define HG_DCERPC_BUFFERS                                                                                 \
	{ "dcerpc.stub_data", HG_SIDE_BOTH, { 0, 0 }, 0, 2, "arguments or results of a call" },           \
		{ "dcerpc.iface", HG_SIDE_BOTH, { 0, 0 }, 0, 5,                                           \
			"interface that the call is about: 16 bytes of UUID, 2 of version, 1 in a first " \
			"fragment" },                                                                     \
		{ "dcerpc.opnum", HG_SIDE_BOTH, { 0, 0 }, 0, 5,                                           \
			"operation that is called, a number of "                                          \
			"two bytes" },                                                                    \
		{ "dcerpc.interface", HG_SIDE_BOTH, { 0, 0 }, 0, 2,                                       \
			"name of the interface that the call is about, as svcctl" },                      \
	{                                                                                                 \
		"dcerpc.operation", HG_SIDE_BOTH, { 0, 0 }, 0, 2,                                         \
			"name of the operation that is called, as CreateServiceW"                         \
	}
bool hg_dcerpc_call_get(struct hg_dcerpc_call *c, enum hg_dir dir, unsigned row, struct hg_span *out);

/* Names in records; buf holds numbers that have none. */
const char *hg_dcerpc_type_name(uint8_t type, char buf[4]);
/* "interfaces":[…], with what the server said of them. */
enum hg_dcerpc_acks { HG_DCERPC_ACKS_NONE, HG_DCERPC_ACKS_GIVEN, HG_DCERPC_ACKS_REASONS, HG_DCERPC_ACKS_ALL };
void hg_dcerpc_log_ifaces(const struct hg_dcerpc_iface *list, unsigned n, enum hg_dcerpc_acks acks,
	bool named, struct hg_json *j);
/* "interface" and "operation" of a call; "endpoints" that the endpoint mapper answers. */
void hg_dcerpc_log_names(const struct hg_dcerpc_call *c, struct hg_json *j);
void hg_dcerpc_log_endpoints(const struct hg_dcerpc_call *c, struct hg_json *j);
void hg_dcerpc_log_uuid(struct hg_json *j, const char *name, const uint8_t uuid[16]);
/* "req":{…} and its like. */
void hg_dcerpc_log_side(
	const struct hg_dcerpc_call *c, enum hg_dir dir, bool opnum, const char *name, struct hg_json *j);

#endif

/* packet_frames: pieces of frames as string literals, to be put together by juxtaposition. */
#ifndef HG_TESTS_PACKET_FRAMES_H
#define HG_TESTS_PACKET_FRAMES_H

#define FRAME_MACS "\x02\x00\x00\x00\x00\x02\x02\x00\x00\x00\x00\x01"
#define FRAME_ETHER FRAME_MACS "\x08\x00"
#define FRAME_ETHER6 FRAME_MACS "\x86\xdd"

/* 10.0.0.1:1025 -> 10.0.0.2:80, PSH ACK, timestamp option, "abcd" */
#define FRAME_IPV4_TCP                                                                     \
	"\x45\x00\x00\x38\x00\x01\x40\x00\x40\x06\x26\xbd\x0a\x00\x00\x01\x0a\x00\x00\x02" \
	"\x04\x01\x00\x50\x11\x22\x33\x44\x00\x00\x00\x02\x80\x18\x10\x00\x00\x00\x00\x00" \
	"\x01\x01\x08\x0a\x01\x02\x03\x04\x05\x06\x07\x08"                                 \
	"abcd"

/* 10.0.0.1:53 -> 10.0.0.2:1025, "abc" */
#define FRAME_IPV4_UDP                                                                     \
	"\x45\x00\x00\x1f\x00\x01\x00\x00\x40\x11\x66\xcb\x0a\x00\x00\x01\x0a\x00\x00\x02" \
	"\x00\x35\x04\x01\x00\x0b\x00\x00"                                                 \
	"abc"

/* fd00::1 -> fd00::2 */
#define FRAME_IPV6_ADDRESSES                                               \
	"\xfd\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01" \
	"\xfd\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02"
#define FRAME_IPV6_UDP                                                                             \
	"\x60\x00\x00\x00\x00\x0b\x11\x40" FRAME_IPV6_ADDRESSES "\x00\x35\x04\x01\x00\x0b\x00\x00" \
	"abc"

#endif

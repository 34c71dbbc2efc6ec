"""When the protocol of a flow is known, over UDP and TCP, in both directions."""
import struct

import packets

SETTINGS = ["simulate-ips=yes"]


def message(ident, answer):
	head = struct.pack('>6H', ident, 0x8180 if answer else 0x0100, 1, int(answer), 0, 0)
	name = b'\6exmall\3evl\0' + struct.pack('>HH', 1, 1)
	return head + name + (b'\xc0\x0c' + struct.pack('>HHIH', 1, 1, 60, 4) + b'\1\2\3\4' if answer else b'')


def frames():
	ends = [(packets.addr('10.0.0.1'), 5353), (packets.addr('192.168.1.2'), 53)]
	out = []
	for ident in (1, 2):
		for side in (0, 1):
			(src, sport), (dst, dport) = ends[side], ends[1 - side]
			segment = packets.udp(src, dst, sport, dport, message(ident, side == 1))
			out.append(packets.ether(packets.ipv4(src, dst, packets.UDP, segment)))
	page = b'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'
	out += packets.talk(80, [(0, b'GET /1 HTTP/1.1\r\nHost: a\r\n\r\n'), (1, page)] * 2, sport=41000)
	out += packets.talk(8080, [(0, b'neither this nor that'), (1, b'something of no kind')] * 2, sport=42000)
	return packets.timed(out)

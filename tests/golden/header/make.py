"""Headers of packets: IPv4 options and fragmentation bits, fragments, protocols without ports, ICMP, the small print of TCP."""
import struct

from packets import (GRE, ICMP, ICMPV6, IPV6, SYN, TCP, UDP, addr, checksum, ether, fragments, fragments6, icmp, icmpv6, ipv4, ipv6,
	put16, tcp, timed, udp)

A, B = addr('10.0.0.1'), addr('192.168.1.2')
A6, B6 = addr('2001:db8::1'), addr('2001:db8::2')
# RFC 791 3.1, RFC 1108, RFC 2113: each kind, then several.
OPTIONS = [b'\x07\x07\x04\0\0\0\0\0', b'\x83\x07\x04\x0a\0\0\x09\0', b'\x89\x07\x04\x0a\0\0\x09\0', b'\x44\x08\x05\0\0\0\0\0',
	b'\x82\x0b\0\0\0\0\0\0\0\0\0\0', b'\x88\x04\0\1', b'\x94\x04\0\0', b'\1\1\1\1', b'\0\0\0\0', b'\x94\x04\0\0\x07\x07\x04\0\0\0\0\0']
MSS = [b'\2\4\5\xb4', b'', b'\2\4\xff\xff']


def dgram(port, data):
	return udp(A, B, 20000 + port, port, data)


def bits(packet, value):
	"""value: reserved, don't fragment, more fragments, from the highest bit."""
	word = struct.unpack('>H', packet[6:8])[0] & 0x1fff | value << 13
	head = put16(put16(packet[:20], 6, word), 10, 0)
	return put16(head, 10, checksum(head)) + packet[20:]


def frames():
	out = [ipv4(A, B, UDP, dgram(100 + i, b'abcd'), options=o) for i, o in enumerate(OPTIONS)]
	out += [bits(ipv4(A, B, UDP, dgram(200 + i, b'abcde'), ident=100 + i), i) for i in range(8)]
	out += fragments(ipv4(A, B, UDP, dgram(300, b'x' * 50)), 24)
	out += fragments(ipv4(A, B, TCP, tcp(A, B, 5000, 301, 1, 0, SYN)), 8, 9)
	out += fragments6(ipv6(A6, B6, UDP, udp(A6, B6, 20302, 302, b'z' * 50)), 24)
	out += [ipv6(A6, B6, UDP, udp(A6, B6, 20303, 303, b'')), ipv4(A, B, UDP, dgram(304, b'')), ipv4(A, B, UDP, dgram(305, b'q'))]
	out += [ipv4(A, B, proto, data) for proto in (2, 50, 89, 255) for data in (b'\x11' * 24, b'')]
	out += [ipv6(A6, B6, 89, b'\x11' * 24), ipv4(A, A, UDP, udp(A, A, 1, 311, b't'), ttl=1)]
	for kind, code, rest in ((8, 0, b'\0\7\0\1' + b'p' * 16), (0, 0, b'\0\7\0\1' + b'p' * 16), (17, 0, b'\0\7\0\4\0\0\0\0'),
			(3, 1, bytes(4) + ipv4(A, B, UDP, dgram(306, b'r' * 8)))):
		out.append(ipv4(A, B, ICMP, icmp(kind, code, rest)))
	too_big = struct.pack('>I', 1280) + ipv6(A6, B6, UDP, udp(A6, B6, 309, 309, b's' * 9))
	out.append(ipv6(A6, B6, ICMPV6, icmpv6(A6, B6, 2, 0, too_big)))
	out += [ipv4(A, B, TCP, tcp(A, B, 6000 + i, 314, 5 + i, 0, SYN, options=o, window=i * 8192)) for i, o in enumerate(MSS)]
	out.append(ipv4(A, B, GRE, b'\0\0\x08\0' + ipv4(A, B, UDP, dgram(320, b'w' * 4))))
	return timed([ether(p) for p in out])

"""Contents that are replaced, in packets of every kind. On a capture the peer goes without the keyword."""
import packets

SETTINGS = ['simulate-ips=yes', 'outputs.eve-log.types.alert.packet=yes']
KEYS = ('packet',)


def frames():
	page = b'HTTP/1.1 200 OK\r\nServer: srv\r\nContent-Length: 22\r\n\r\nuid=5 gid=7 secret end'
	asked = b'GET /a%d HTTP/1.1\r\nHost: a.test\r\nUser-Agent: Mozilla/5.%d secret\r\n\r\n'
	out = packets.talk(80, [(0, asked % (1, 1)), (1, page), (0, asked % (2, 2)), (1, page)])
	a, b, a6, b6 = (packets.addr(text) for text in ('10.0.0.9', '10.0.0.8', 'fd00::1', 'fd00::2'))
	data = b'abcsecretdef'
	udp = lambda port, src=a, dst=b, data=data: packets.udp(src, dst, port, 5001, data)
	out += [packets.ether(packets.ip(a, b, packets.UDP, udp(5000))), packets.ether(packets.ip(a, b, packets.ICMP, packets.icmp(8, 0, data))),
		packets.ether(packets.ip(a6, b6, packets.UDP, udp(5000, a6, b6))),
		packets.ether(packets.ip(a6, b6, packets.ICMPV6, packets.icmpv6(a6, b6, 128, 0, data))),
		packets.ether(packets.ip(a, b, 99, data))]
	# Views of other frames: fragments, a tunnel.
	out += [packets.ether(f) for f in packets.fragments(packets.ipv4(a, b, packets.UDP, udp(5001, data=data * 10)), 64)]
	out += [packets.ether(packets.ipv4(a, b, packets.GRE, b'\0\0\x08\0' + packets.ipv4(a, b, packets.UDP, udp(5002))))]
	# A checksum that was never computed.
	out += [packets.ether(packets.ipv4(a, b, packets.UDP, packets.put16(udp(5003), 6, 0)))]
	return packets.timed(out)

"""netflow: flows by direction: TCP, datagrams with and without answers, pings, ESP."""
import packets

RECORDS = ['netflow']
SETTINGS = ['outputs.eve-log.types.netflow.enabled=yes']


def frames():
	client, server = packets.addr('10.0.0.1'), packets.addr('192.168.1.2')
	out = packets.talk(80, [(0, b'GET /a HTTP/1.1\r\nHost: x\r\n\r\n'), (1, b'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')])
	out += packets.Session(81).open().frames
	for sport, ttl in ((1, 64), (1, 30), (2, 128)):
		segment = packets.udp(client, server, sport, 7, b'plain')
		out.append(packets.ether(packets.ipv4(client, server, packets.UDP, segment, ttl=ttl)))
	out.append(packets.ether(packets.ip(server, client, packets.UDP, packets.udp(server, client, 7, 1, b'back'))))
	out.append(packets.ether(packets.ip(client, server, packets.ICMP, packets.icmp(8, 0, b'\0\1\0\1ping'))))
	out.append(packets.ether(packets.ip(server, client, packets.ICMP, packets.icmp(0, 0, b'\0\1\0\1ping'))))
	v6, other = packets.addr('fd00::1'), packets.addr('fd00::2')
	out.append(packets.ether(packets.ip(v6, other, packets.UDP, packets.udp(v6, other, 1, 7, b'plain'))))
	for spi in (7, 8, 7):
		out.append(packets.ether(packets.ip(client, server, packets.ESP, spi.to_bytes(4, 'big') + b'\0\0\0\1sealed')))
	return packets.timed(out)

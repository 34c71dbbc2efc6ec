"""How far pass and drop reach: sessions and datagrams, each with a rule of its own by the server's port, inline."""
import packets

SETTINGS = ["simulate-ips=yes"]


def frames():
	page = b'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 11\r\n\r\nbody needle'
	asked = b'GET /needle/%d HTTP/1.1\r\nHost: a.test\r\n\r\n'
	out = []
	for port in range(8001, 8013):
		out += packets.talk(port, [(0, asked % 1), (1, page), (0, asked % 2), (1, page)], sport=port + 32000)
	client, server = packets.addr('10.0.0.1'), packets.addr('192.168.1.2')
	for port in (9001, 9002, 9003):
		for i in range(4):
			(src, sport), (dst, dport) = [((client, 5000), (server, port)), ((server, port), (client, 5000))][i % 2]
			segment = packets.udp(src, dst, sport, dport, b'needle %d' % i)
			out.append(packets.ether(packets.ipv4(src, dst, packets.UDP, segment)))
	return packets.timed(out)

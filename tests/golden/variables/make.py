"""What expressions capture: variables of flows and packets, who sees them, and the records that show them."""
import packets

SETTINGS = ['outputs.eve-log.types.metadata.enabled=yes', 'outputs.eve-log.types.netflow.enabled=yes']
RECORDS = ('metadata', 'http', 'flow', 'netflow')
KEYS = ('metadata',)


def frames():
	page = (b'HTTP/1.1 200 OK\r\nServer: srv\r\nContent-Type: text/plain\r\nContent-Length: 25\r\n\r\n'
		b'uid=5 gid=7 x=9\t\xc3\xa9\x00\n"\\\r\nz')
	asked = b'GET /a%d HTTP/1.1\r\nHost: a.test\r\nUser-Agent: Mozilla/5.%d x\x01\xff"q\r\n\r\n'
	client, server = packets.addr('10.0.0.9'), packets.addr('10.0.0.8')
	datagram = packets.udp(client, server, 5000, 5001, b'abcdef')
	return packets.timed(packets.talk(80, [(0, asked % (1, 1)), (1, page), (0, asked % (2, 2)), (1, page)]) +
		[packets.ether(packets.ipv4(client, server, packets.UDP, datagram))])

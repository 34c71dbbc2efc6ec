"""threshold and detection_filter: windows and what is counted together."""
import packets


def frames():
	"""Twelve datagrams, half a second apart; every third from another host, two from the server."""
	one, two, server = packets.addr('10.0.0.1'), packets.addr('10.0.0.2'), packets.addr('192.168.1.2')
	out = []
	for i in range(14):
		src, dst = (two if i % 3 == 2 else one, server) if i < 12 else (server, one)
		segment = packets.udp(src, dst, 5000, 6000, b'hit %d' % i)
		out.append((packets.START + i * 500000, packets.ether(packets.ipv4(src, dst, packets.UDP, segment))))
	return out

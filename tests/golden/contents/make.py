"""Contents, regular expressions and sizes over datagrams."""
import packets

# port: datagrams
PAYLOADS = {
	1001: [b'abcabcd', b'ab1ab2', b'aaab', b'x12yx99y', b'abc', b'abcx', b'abcxabc', b'zabc', b'abcz', b'abczabc', b'abcdabce', b'foobarfoo', b'0123456789', b'', b'ABCabc', b'a', b'aaaaaaaaaa'],
}


def frames():
	client, server = packets.addr('10.0.0.1'), packets.addr('192.168.1.2')
	out = []
	for port, datagrams in PAYLOADS.items():
		for i, data in enumerate(datagrams):
			segment = packets.udp(client, server, 20000 + i, port, data)
			out.append(packets.ether(packets.ipv4(client, server, packets.UDP, segment)))
	return packets.timed(out)

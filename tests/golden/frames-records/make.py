"""Records of frames, whether rules look into them or not."""
import packets
import traffic

RECORDS = ['frame']
SETTINGS = ['outputs.eve-log.types.frame.enabled=yes', 'outputs.eve-log.types.frame.payload-buffer-size=100']
LOGIN = [(0, b'\xff\xfb\x18'), (1, b'\xff\xfd\x18\xff\xfb\x01login: '), (0, b'ad'), (0, b'min\r\n'), (1, b'Password: '),
	(0, b'secret\r\x00'), (1, b'\r\nwelcome\r\n$ '), (0, b'ls\r\nid\nwho'), (0, b'ami\r\n'), (1, b'tail')]


def frames():
	out = packets.talk(23, LOGIN, sport=41000)
	out += packets.talk(80, [(0, traffic.GET), (1, traffic.OK), (0, traffic.GET), (1, traffic.OK)], sport=43000)
	out += traffic.dns()[1]
	for i, (protocol, number) in enumerate((('smtp', 0), ('ftp', 0), ('ssh', 0), ('smb', 0), ('tls', 0), ('tls', 1), ('dns', 0))):
		port, _, steps = list(traffic.read_examples(protocol))[number]
		out += packets.talk(port, steps, sport=43100 + i)
	return packets.timed(out)

"""SNMP of each version: requests, answers, errors, traps; messages that are malformed; another version on the same flow."""
import packets
import traffic

RECORDS = ('snmp', 'anomaly')


def tlv(tag, *parts):
	body = b''.join(parts)
	return bytes([tag, len(body)]) + body if len(body) < 128 else bytes([tag, 0x82, len(body) >> 8, len(body) & 255]) + body


def number(n):
	return tlv(2, bytes([n]))


def var(oid=b'\x2b\x06\x01\x02\x01\x01\x01\x00', value=b'\x05\x00'):
	return tlv(0x30, tlv(6, oid), value)


def pdu(kind, *variables, error=0):
	return tlv(0xa0 + kind, number(7), number(error), number(0), tlv(0x30, *variables))


def message(body, version=1, community=b'public'):
	return tlv(0x30, number(version), tlv(4, community), body)


def trap(kind=6, address=b'\x7f\0\0\1'):
	return tlv(0xa4, tlv(6, b'\x2b\x06\x01\x04\x01\x81\xf4\x69'), tlv(0x40, address), number(kind), number(1), tlv(0x43, b'\1'), tlv(0x30, var()))


def v3(data, flags=0, user=b'', model=3):
	usm = tlv(0x30, tlv(4, b'engine'), number(1), number(2), tlv(4, user), tlv(4), tlv(4))
	return tlv(0x30, number(3), tlv(0x30, number(9), tlv(2, b'\x07\xd0'), tlv(4, bytes([flags])), number(model)), tlv(4, usm), data)


def scoped(body):
	return tlv(0x30, tlv(4, b'engine'), tlv(4), body)


FLOWS = (
	[(0, message(pdu(0, var()))), (1, message(pdu(2, var(value=tlv(4, b'router')))))],
	[(0, message(pdu(0, var()), 0, b'private')), (1, message(pdu(2, var(), error=2), 0, b'private'))],
	[(0, message(pdu(3, var(value=tlv(4, b'x')), var(b'\x2b\x06\x01\x02\x01\x01\x05\x00', number(5))), community=b'rw-Secret')),
		(1, message(pdu(2, error=17), community=b'rw-Secret')), (1, message(pdu(2, error=40), community=b'rw-Secret'))],
	[(0, message(pdu(1, var(b'\1')))), (0, message(pdu(5, var(b'\x78\x03'), error=0))), (0, message(pdu(6, var(b'\x81\x34\x03'), error=0))), (0, message(pdu(7)))],
	[(0, message(trap(k), 0)) for k in range(7)],
	[(0, v3(scoped(pdu(0)))), (1, v3(scoped(pdu(8, var())))), (0, v3(scoped(pdu(1, var())), user=b'admin')), (0, v3(tlv(4, b'secret bytes'), 3, b'admin'))],
	[(0, v3(scoped(pdu(0, var())), model=2))],
	[(0, message(pdu(0, var()))), (1, v3(scoped(pdu(2, var()))))],
	[(0, message(pdu(0, var()))), (0, message(pdu(0, var()))[:-3]), (0, message(pdu(0, var())))],
	[(0, message(pdu(0, var()))), (0, message(pdu(0, var())) + b'tail'), (0, message(pdu(0, var()), community=b'')), (0, message(tlv(0xa9)))],
	[(0, message(pdu(0, var()), community=b'a\xffb')), (0, message(pdu(0, var())))],
	[(0, message(pdu(0, var()))[:-2]), (0, message(pdu(0, var())))],
)


def frames():
	out = []
	for i, steps in enumerate(FLOWS):
		for side, data in steps:
			ends = (traffic.SERVER, traffic.CLIENT, 161, 41000 + i) if side else (traffic.CLIENT, traffic.SERVER, 41000 + i, 161)
			out.append(traffic.datagram(data, *ends))
	return packets.timed(out)

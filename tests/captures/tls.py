"""Records, hellos and certificates of TLS and TLCP as bytes. Standard library only."""
import struct

TLCP, SSL3, TLS10, TLS12 = 0x0101, 0x0300, 0x0301, 0x0303
RANDOM = bytes(range(32))
OIDS = {'C': b'\x55\x04\x06', 'O': b'\x55\x04\x0a', 'CN': b'\x55\x04\x03'}
EC, SM2, SM2_SM3 = b'\x2a\x86\x48\xce\x3d\x02\x01', b'\x2a\x81\x1c\xcf\x55\x01\x82\x2d', b'\x2a\x81\x1c\xcf\x55\x01\x83\x75'


def counted(width, data):
	return len(data).to_bytes(width, 'big') + data


def der(tag, *parts):
	data = b''.join(parts)
	size = bytes([len(data)]) if len(data) < 128 else b'\x82' + struct.pack('>H', len(data))
	return bytes([tag]) + size + data


def name(**parts):
	return der(0x30, *[der(0x31, der(0x30, der(6, OIDS[k]), der(12, v.encode()))) for k, v in parts.items()])


def certificate(subject, issuer, serial, begin=b'240101000000Z', end=b'440101000000Z'):
	"""Of a key of SM2, with a signature that nobody made."""
	algorithm = der(0x30, der(6, SM2_SM3))
	key = der(0x30, der(0x30, der(6, EC), der(6, SM2)), der(3, b'\0\4' + bytes(range(64))))
	body = der(0x30, der(0xa0, der(2, b'\2')), der(2, serial), algorithm, issuer, der(0x30, der(23, begin), der(23, end)), subject, key)
	return der(0x30, body, algorithm, der(3, b'\0' + der(0x30, der(2, b'\1' * 32), der(2, b'\2' * 32))))


def record(kind, version, data):
	return struct.pack('>BH', kind, version) + counted(2, data)


def message(kind, body):
	return bytes([kind]) + counted(3, body)


def extension(kind, data):
	return struct.pack('>H', kind) + counted(2, data)


def sni(host):
	return extension(0, counted(2, b'\0' + counted(2, host)))


def client_hello(version, suites, extensions=b''):
	body = struct.pack('>H', version) + RANDOM + b'\0' + counted(2, b''.join(struct.pack('>H', s) for s in suites)) + b'\1\0'
	return message(1, body + (counted(2, extensions) if extensions else b''))


def server_hello(version, suite, extensions=b''):
	body = struct.pack('>H', version) + RANDOM[::-1] + b'\4SSSS' + struct.pack('>H', suite) + b'\0'
	return message(2, body + (counted(2, extensions) if extensions else b''))


def chain(*certificates):
	return message(11, counted(3, b''.join(counted(3, c) for c in certificates)))

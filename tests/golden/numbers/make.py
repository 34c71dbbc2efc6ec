"""byte_test, byte_jump, byte_extract and byte_math over datagrams."""
import packets

# port: datagrams
PAYLOADS = {
	1002: [b'\x00\x05abcde', b'\x05\x00abcde', b'17zz', b'zz17', b'  17', b'12 45', b'-5', b'0x1f', b'\xf3\x0f\x00\x01', b'\x02xxYY', b'\x00\x00\x00\x07abcdefgh', b'\xff\xff\xff\xff', b'len=3;abcdef', b'\x03\x02\x01ABCDEFGH', b'9', b'\x01\x02\x03\x04\x05\x06\x07\x08\t'],
}


def frames():
	return packets.datagrams(PAYLOADS)

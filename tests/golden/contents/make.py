"""Contents, regular expressions and sizes over datagrams."""
import packets

# port: datagrams
PAYLOADS = {
	1001: [b'abcabcd', b'ab1ab2', b'aaab', b'x12yx99y', b'abc', b'abcx', b'abcxabc', b'zabc', b'abcz', b'abczabc', b'abcdabce', b'foobarfoo', b'0123456789', b'', b'ABCabc', b'a', b'aaaaaaaaaa'],
}


def frames():
	return packets.datagrams(PAYLOADS)

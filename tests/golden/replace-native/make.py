"""The same: natively the bytes change, and what comes behind in the order of rules sees the new ones in the packet."""

FRAMES_OF = 'replace'
SETTINGS = ['compat=native', 'simulate-ips=yes', 'outputs.eve-log.types.alert.packet=yes']
KEYS = ('packet',)

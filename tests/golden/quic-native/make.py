"""The same packets as quic: what Suricata gives up on is read."""
SETTINGS = ['compat=native']
RECORDS = ('quic', 'anomaly')
KEYS = ('quic', 'anomaly', 'audit')
FRAMES_OF = 'quic'

"""The sessions of tlcp-native: Suricata knows neither TLCP nor what is weak."""
RECORDS = ('tls', 'anomaly')
FRAMES_OF = 'tlcp-native'

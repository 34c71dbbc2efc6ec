/* A Kafka cluster of one broker, out of librdkafka's mock. Says where it listens; orders come from standard input:
 *
 *   down, up       the broker goes away and returns      -> ok
 *   read COUNT     so many messages of the topic hangu   -> a line each
 *   quit
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#define TOPIC "hangu"

static rd_kafka_t *
open_client(rd_kafka_type_t type, const char *servers)
{
	rd_kafka_conf_t *conf = rd_kafka_conf_new();
	char why[256];
	rd_kafka_t *k;

	if (servers != NULL)
		rd_kafka_conf_set(conf, "bootstrap.servers", servers, why, sizeof(why));
	rd_kafka_conf_set(conf, "group.id", "reader", why, sizeof(why));
	rd_kafka_conf_set(conf, "log_level", "0", why, sizeof(why));
	k = rd_kafka_new(type, conf, why, sizeof(why));
	if (k == NULL) {
		fprintf(stderr, "%s\n", why);
		exit(3);
	}
	return k;
}

static rd_kafka_t *
open_reader(const char *servers)
{
	rd_kafka_topic_partition_list_t *all = rd_kafka_topic_partition_list_new(1);
	rd_kafka_t *reader = open_client(RD_KAFKA_CONSUMER, servers);

	rd_kafka_topic_partition_list_add(all, TOPIC, 0)->offset = RD_KAFKA_OFFSET_BEGINNING;
	rd_kafka_assign(reader, all);
	rd_kafka_topic_partition_list_destroy(all);
	return reader;
}

static void
read_messages(rd_kafka_t *reader, unsigned count)
{
	while (count > 0) {
		rd_kafka_message_t *m = rd_kafka_consumer_poll(reader, 1000);

		if (m == NULL)
			continue;
		if (m->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
			printf("%.*s\n", (int)m->len, (const char *)m->payload);
			count--;
		}
		rd_kafka_message_destroy(m);
	}
}

int
main(void)
{
	rd_kafka_t *host = open_client(RD_KAFKA_PRODUCER, NULL), *reader;
	rd_kafka_mock_cluster_t *cluster = rd_kafka_mock_cluster_new(host, 1);
	const char *servers = rd_kafka_mock_cluster_bootstraps(cluster);
	char line[64];
	unsigned count;

	rd_kafka_mock_topic_create(cluster, TOPIC, 1, 1);
	reader = open_reader(servers);
	printf("%s\n", servers);
	fflush(stdout);
	while (fgets(line, sizeof(line), stdin) != NULL && strncmp(line, "quit", 4) != 0) {
		if (strncmp(line, "down", 4) == 0)
			rd_kafka_mock_broker_set_down(cluster, 1);
		else if (strncmp(line, "up", 2) == 0)
			rd_kafka_mock_broker_set_up(cluster, 1);
		if (sscanf(line, "read %u", &count) == 1)
			read_messages(reader, count);
		else
			printf("ok\n");
		fflush(stdout);
	}
	rd_kafka_consumer_close(reader);
	rd_kafka_destroy(reader);
	rd_kafka_mock_cluster_destroy(cluster);
	rd_kafka_destroy(host);
	return 0;
}

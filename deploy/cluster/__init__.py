"""A Spark cluster on this machine: master, workers, history, catalog, several Connect servers.

with Cluster(ClusterConfig(state_dir=folder, ports=ClusterPorts.free(2, 2))) as cluster:
    SparkSession.builder.remote(cluster.server(0).remote)
"""

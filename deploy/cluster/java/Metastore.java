package pcw.cluster;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.apache.hadoop.hive.conf.HiveConf;
import org.apache.hadoop.hive.metastore.HiveMetaStore;
import org.apache.hadoop.hive.metastore.TSetIpAddressProcessor;
import org.apache.thrift.protocol.TBinaryProtocol;
import org.apache.thrift.server.TThreadPoolServer;
import org.apache.thrift.transport.TServerSocket;
import org.apache.thrift.transport.TTransportFactory;

/**
 * The catalog of saved tables as a service on loopback: Hive's own metastore.
 *
 * <p>Hive's own {@code main} listens on every address of the machine and cannot be told otherwise.
 * Settings are system properties, as Hive reads them.
 */
public final class Metastore {
  private static final int MOST_CLIENTS = 500;

  private Metastore() {}

  public static void main(String[] arguments) throws Exception {
    int port = Integer.parseInt(arguments[0]);
    // The database is opened here, before anybody can connect: a port that answers works.
    var handler = HiveMetaStore.newRetryingHMSHandler("pcw", new HiveConf(), true);
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    var server =
        new TThreadPoolServer(
            new TThreadPoolServer.Args(new TServerSocket(address))
                .processor(new TSetIpAddressProcessor<>(handler))
                .transportFactory(new TTransportFactory())
                .protocolFactory(new TBinaryProtocol.Factory())
                .minWorkerThreads(2)
                .maxWorkerThreads(MOST_CLIENTS));
    Runtime.getRuntime().addShutdownHook(new Thread(server::stop));
    server.serve();
  }
}

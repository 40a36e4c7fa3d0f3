package pcw.cluster;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.apache.spark.SparkEnv;
import org.apache.spark.sql.connect.service.SessionKey;
import org.apache.spark.sql.connect.service.SparkConnectService$;
import org.sparkproject.connect.grpc.Channel;
import org.sparkproject.connect.grpc.Metadata;
import org.sparkproject.connect.grpc.ServerCall;
import org.sparkproject.connect.grpc.ServerCallHandler;
import org.sparkproject.connect.grpc.ServerInterceptor;
import org.sparkproject.connect.grpc.Status;
import org.sparkproject.connect.grpc.netty.NettyChannelBuilder;
import org.sparkproject.connect.protobuf.Message;

/**
 * Lets a server be replaced while people work on it.
 *
 * <p>{@code spark.pcw.drain} names a folder, looked into twice a second:
 *
 * <ul>
 *   <li>{@code drain}: while it is there, a call of a session that this server does not have is
 *       answered UNAVAILABLE, which every client tries again.
 *   <li>{@code before}: sessions of servers that end, a line of port and key for each; their calls
 *       are passed on to that port of this machine.
 *   <li>{@code sessions}, written here: a line {@code serving} or {@code draining} and how many
 *       sessions of others it knows, then the key of each session that this server has.
 * </ul>
 *
 * <p>A call of a session that was lost in a crash is refused by Spark, which makes an empty session
 * first. That one is closed: nobody would, and an upgrade would wait for it.
 *
 * <p>It must see the user that an identity interceptor has put in, so it has to run after that one.
 */
public final class Draining implements ServerInterceptor {
  private static final long LOOK_EVERY_MS = 500;

  /**
   * Whom spark/health.py asks as: a question that was answered too late leaves its session. Where
   * identities are checked a stranger has no session, and a person may be called so.
   */
  private static final String HEALTH = "health";

  private final Path folder;
  private final boolean anybodyIsLetIn;
  private final Map<String, Channel> channels = new ConcurrentHashMap<>();
  private volatile boolean draining;
  private volatile Map<String, Channel> before = Map.of();
  private String written = "";

  public Draining() {
    var conf = SparkEnv.get().conf();
    folder = Path.of(conf.get("spark.pcw.drain"));
    anybodyIsLetIn = !conf.get("spark.connect.grpc.interceptor.classes").contains(",");
    var watcher = new Thread(this::watch, "pcw-draining");
    watcher.setDaemon(true);
    watcher.start();
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    // Whose call it is is in its first message.
    call.request(1);
    return new Undecided<>(call, first -> decide(call, headers, next, (Message) first));
  }

  private <Q, A> ServerCall.Listener<Q> decide(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next, Message first) {
    var user = (String) field((Message) field(first, "user_context"), "user_id");
    var session = (String) field(first, "session_id");
    var server = before.get(key(user, session));
    if (server != null) {
      return new Forwarding<>(call, headers, server);
    }
    var own = new SessionKey(user, session);
    var lost = !has(own) && wasHere(first);
    if (draining && !lost && !has(own)) {
      var words = "This Spark server is being replaced and takes no new sessions; try again.";
      call.close(Status.UNAVAILABLE.withDescription(words), new Metadata());
      return new ServerCall.Listener<>() {};
    }
    var listener = next.startCall(call, headers);
    return lost ? new Forgetting<>(listener, own) : listener;
  }

  /** Whether the client knows of a session on a server that had this place before a crash. */
  private static boolean wasHere(Message first) {
    var field =
        first.getDescriptorForType().findFieldByName("client_observed_server_side_session_id");
    return field != null && first.hasField(field);
  }

  /** All requests of Spark Connect have the two fields that are asked for here. */
  private static Object field(Message message, String name) {
    return message.getField(message.getDescriptorForType().findFieldByName(name));
  }

  private static boolean has(SessionKey key) {
    return SparkConnectService$.MODULE$.sessionManager().getIsolatedSessionIfPresent(key).isDefined();
  }

  /** Names both and tells nothing: a user may be called anything. */
  private static String key(String user, String session) {
    try {
      var text = (user + "\0" + session).getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
    } catch (NoSuchAlgorithmException error) {
      throw new IllegalStateException(error);
    }
  }

  private void watch() {
    while (true) {
      try {
        draining = Files.exists(folder.resolve("drain"));
        before = readBefore();
        report();
        Thread.sleep(LOOK_EVERY_MS);
      } catch (IOException | RuntimeException error) {
        System.err.println("Draining cannot be looked after in " + folder + ": " + error);
        pause();
      } catch (InterruptedException error) {
        return;
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(10 * LOOK_EVERY_MS);
    } catch (InterruptedException error) {
      Thread.currentThread().interrupt();
    }
  }

  private Map<String, Channel> readBefore() throws IOException {
    var file = folder.resolve("before");
    if (!Files.exists(file)) {
      return Map.of();
    }
    var found = new HashMap<String, Channel>();
    for (var line : Files.readAllLines(file)) {
      var words = line.split(" ");
      found.put(words[1], channels.computeIfAbsent(words[0], Draining::channel));
    }
    return found;
  }

  private static Channel channel(String port) {
    return NettyChannelBuilder.forAddress("127.0.0.1", Integer.parseInt(port))
        .usePlaintext()
        .proxyDetector(address -> null)
        .maxInboundMessageSize(Integer.MAX_VALUE)
        .maxInboundMetadataSize(1 << 20)
        .build();
  }

  private void report() throws IOException {
    var lines = new TreeSet<String>();
    var sessions = SparkConnectService$.MODULE$.sessionManager().listActiveSessions();
    for (var each = sessions.iterator(); each.hasNext(); ) {
      var session = each.next();
      if (!anybodyIsLetIn || !session.userId().equals(HEALTH)) {
        lines.add(key(session.userId(), session.sessionId()));
      }
    }
    var state = (draining ? "draining " : "serving ") + before.size() + "\n";
    var text = state + lines.stream().map(line -> line + "\n").collect(Collectors.joining());
    if (text.equals(written)) {
      return;
    }
    var owner = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    var news = Files.createTempFile(folder, "sessions", ".new", owner);
    Files.writeString(news, text);
    Files.move(news, folder.resolve("sessions"), StandardCopyOption.ATOMIC_MOVE);
    written = text;
  }
}
